package io.millrace.protocol.message.group;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Ignorable;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/** Deletes empty groups with their committed offsets. */
@Api(ApiKey.DELETE_GROUPS)
public interface DeleteGroups {

    record Request(List<String> groupsNames) implements ApiRequest<Response> {}

    record Response(
            int throttleTimeMs,
            List<DeletableGroupResult> results) implements ApiMessage {

        public record DeletableGroupResult(
                String groupId,
                ErrorCode errorCode,
                @Since(3) @Nullable @Ignorable @Default("null") String errorMessage) {}
    }
}
