package io.millrace.broker.peer;

import io.millrace.broker.controller.ControllerApi;
import io.millrace.broker.controller.RemoteController;
import io.millrace.protocol.client.PeerVersions;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.message.cluster.Envelope;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.ErrorCode;
import java.util.concurrent.CompletableFuture;

/**
 * Passes requests on to another broker in envelopes, over the connection that all of them share: a sender that gives up
 * early leaves it to the others. Holds no state.
 */
public final class EnvelopeClient implements RemoteController {
    private static final int CALL_TIMEOUT_MS = 60_000;

    private final PeerConnections connections;

    public EnvelopeClient(PeerConnections connections) {
        this.connections = connections;
    }

    @Override
    public <R extends ApiMessage> CompletableFuture<Forwarded<R>> forward(int brokerId,
            ApiRequest<R> request) {
        var api = ControllerApi.of(request);
        return connections.to(brokerId).thenCompose(connection -> {
            short version = connection.versions().highest(api.key());
            if (version == PeerVersions.NONE) {
                throw new ApiException(ErrorCode.UNSUPPORTED_VERSION,
                        "Broker " + brokerId + " does not know " + api.key() + ": upgrade it");
            }
            var envelope = new Envelope.Request(ForwardedFrame.ofRequest(api.key(), version, request), null,
                    Bytes.EMPTY);
            return connection.send(envelope, CALL_TIMEOUT_MS).thenApply(answer -> {
                if (answer.errorCode() != ErrorCode.NONE) {
                    throw new ApiException(answer.errorCode(),
                            "Broker " + brokerId + " refused a forwarded request: " + answer.errorCode());
                }
                return ForwardedFrame.readResponse(answer.responseData(), api.key(), version,
                        api.responseType());
            });
        });
    }
}
