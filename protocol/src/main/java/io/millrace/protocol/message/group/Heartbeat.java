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

/** Keeps a classic group member alive. */
@Api(ApiKey.HEARTBEAT)
public interface Heartbeat {

    record Request(
            String groupId,
            int generationId,
            String memberId,
            @Since(3) @Nullable @Default("null") String groupInstanceId) implements ApiRequest<Response> {}

    record Response(
            @Since(1) @Ignorable int throttleTimeMs,
            ErrorCode errorCode) implements ApiMessage {}
}
