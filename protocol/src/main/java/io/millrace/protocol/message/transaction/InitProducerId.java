package io.millrace.protocol.message.transaction;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;

/** Allocates a producer id and epoch. */
@Api(ApiKey.INIT_PRODUCER_ID)
public interface InitProducerId {

    record Request(
            @Nullable String transactionalId,
            int transactionTimeoutMs,
            @Since(3) @Default("-1") long producerId,
            @Since(3) @Default("-1") short producerEpoch) implements ApiRequest<Response> {}

    record Response(
            int throttleTimeMs,
            ErrorCode errorCode,
            @Default("-1") long producerId,
            short producerEpoch) implements ApiMessage {}
}
