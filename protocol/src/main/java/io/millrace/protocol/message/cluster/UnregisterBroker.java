package io.millrace.protocol.message.cluster;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;

/** Says that a broker that was stopped will not come back. */
@Api(ApiKey.UNREGISTER_BROKER)
public interface UnregisterBroker {

    record Request(int brokerId) implements ApiRequest<Response> {}

    record Response(
            int throttleTimeMs,
            ErrorCode errorCode,
            @Nullable String errorMessage) implements ApiMessage {}
}
