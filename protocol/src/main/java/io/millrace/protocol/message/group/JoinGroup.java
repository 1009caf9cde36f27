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

/** Joins a classic group and waits for the rebalance. */
@Api(ApiKey.JOIN_GROUP)
public interface JoinGroup {

    record Request(
            String groupId,
            int sessionTimeoutMs,
            @Since(1) @Ignorable @Default("-1") int rebalanceTimeoutMs,
            String memberId,
            @Since(5) @Nullable @Default("null") String groupInstanceId,
            String protocolType,
            List<Protocol> protocols,
            @Since(8) @Nullable @Ignorable @Default("null") String reason) implements ApiRequest<Response> {

        public record Protocol(String name, Bytes metadata) {}
    }

    record Response(
            @Since(2) @Ignorable int throttleTimeMs,
            ErrorCode errorCode,
            @Default("-1") int generationId,
            @Since(7) @Nullable @Ignorable @Default("null") String protocolType,
            @Nullable(7) String protocolName,
            String leader,
            @Since(9) boolean skipAssignment,
            String memberId,
            List<Member> members) implements ApiMessage {

        public record Member(
                String memberId,
                @Since(5) @Nullable @Ignorable @Default("null") String groupInstanceId,
                Bytes metadata) {}
    }
}
