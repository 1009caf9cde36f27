package io.millrace.protocol.message.group;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Ignorable;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.codec.Until;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/**
 * Finds the broker that coordinates each key. Key types: 0 group, 1 transactional id, 2 share partition. One key
 * up to version 3, several from 4 on.
 */
@Api(ApiKey.FIND_COORDINATOR)
public interface FindCoordinator {

    record Request(
            @Until(3) String key,
            @Since(1) byte keyType,
            @Since(4) List<String> coordinatorKeys) implements ApiRequest<Response> {}

    record Response(
            @Since(1) @Ignorable int throttleTimeMs,
            @Until(3) ErrorCode errorCode,
            @Since(1) @Until(3) @Nullable @Ignorable String errorMessage,
            @Until(3) int nodeId,
            @Until(3) String host,
            @Until(3) int port,
            @Since(4) List<Coordinator> coordinators) implements ApiMessage {

        public record Coordinator(
                String key,
                int nodeId,
                String host,
                int port,
                ErrorCode errorCode,
                @Nullable String errorMessage) {}
    }
}
