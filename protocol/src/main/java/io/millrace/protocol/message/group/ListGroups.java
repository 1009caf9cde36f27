package io.millrace.protocol.message.group;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Ignorable;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/** Lists the groups that this broker coordinates. */
@Api(ApiKey.LIST_GROUPS)
public interface ListGroups {

    record Request(
            @Since(4) List<String> statesFilter,
            @Since(5) List<String> typesFilter) implements ApiRequest<Response> {}

    record Response(
            @Since(1) @Ignorable int throttleTimeMs,
            ErrorCode errorCode,
            List<ListedGroup> groups) implements ApiMessage {

        public record ListedGroup(
                String groupId,
                String protocolType,
                @Since(4) @Ignorable String groupState,
                @Since(5) @Ignorable String groupType) {}
    }
}
