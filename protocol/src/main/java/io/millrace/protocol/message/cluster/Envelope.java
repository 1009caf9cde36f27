package io.millrace.protocol.message.cluster;

import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.ErrorCode;

/**
 * A request that a broker passes on to the controller, with its header, for a client at an address (KIP-590). An
 * envelope is never passed on itself.
 */
@Api(ApiKey.ENVELOPE)
public interface Envelope {

    record Request(
            Bytes requestData,
            @Nullable Bytes requestPrincipal,
            Bytes clientHostAddress) implements ApiRequest<Response> {}

    record Response(
            @Nullable @Default("null") Bytes responseData,
            ErrorCode errorCode) implements ApiMessage {}
}
