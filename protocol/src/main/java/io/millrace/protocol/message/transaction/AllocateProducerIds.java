package io.millrace.protocol.message.transaction;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;

/** A broker asks the controller for a block of producer ids. */
@Api(ApiKey.ALLOCATE_PRODUCER_IDS)
public interface AllocateProducerIds {

    record Request(
            int brokerId,
            @Default("-1") long brokerEpoch) implements ApiRequest<Response> {}

    record Response(
            int throttleTimeMs,
            ErrorCode errorCode,
            long producerIdStart,
            int producerIdLen) implements ApiMessage {}
}
