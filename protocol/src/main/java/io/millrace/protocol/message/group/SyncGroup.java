package io.millrace.protocol.message.group;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Ignorable;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/** Distributes the assignments that the group leader computed. */
@Api(ApiKey.SYNC_GROUP)
public interface SyncGroup {

    record Request(
            String groupId,
            int generationId,
            String memberId,
            @Since(3) @Nullable @Default("null") String groupInstanceId,
            @Since(5) @Nullable @Ignorable @Default("null") String protocolType,
            @Since(5) @Nullable @Ignorable @Default("null") String protocolName,
            List<Assignment> assignments) implements ApiRequest<Response> {

        public record Assignment(String memberId, Bytes assignment) {}
    }

    record Response(
            @Since(1) @Ignorable int throttleTimeMs,
            ErrorCode errorCode,
            @Since(5) @Nullable @Ignorable @Default("null") String protocolType,
            @Since(5) @Nullable @Ignorable @Default("null") String protocolName,
            Bytes assignment) implements ApiMessage {}
}
