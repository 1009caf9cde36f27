package io.millrace.broker.request.cluster;

import io.millrace.broker.controller.ControllerApi;
import io.millrace.broker.controller.MetadataController;
import io.millrace.broker.controller.RemoteController.Forwarded;
import io.millrace.broker.peer.ForwardedFrame;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.message.cluster.Envelope;
import io.millrace.protocol.transport.RequestHeader;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;

/**
 * Answers a request that another broker passed on, if this broker is the controller; it is never passed on again. Only
 * the listener between brokers takes envelopes.
 */
public final class EnvelopeHandler implements Handler<Envelope.Request, Envelope.Response> {
    private final MetadataController controller;
    private final LongSupplier imageVersion;
    private final String interBrokerListener;

    public EnvelopeHandler(MetadataController controller, LongSupplier imageVersion,
            String interBrokerListener) {
        this.controller = controller;
        this.imageVersion = imageVersion;
        this.interBrokerListener = interBrokerListener;
    }

    @Override
    public void handle(Envelope.Request request, Exchange exchange, Reply<Envelope.Response> reply) {
        if (!exchange.connection().listener().equals(interBrokerListener)) {
            reply.send(refused(ErrorCode.CLUSTER_AUTHORIZATION_FAILED));
            return;
        }
        var frame = request.requestData().asByteBuf();
        var header = RequestHeader.read(frame);
        var api = ControllerApi.of(header.apiKey());
        if (api == null) {
            reply.send(refused(ErrorCode.INVALID_REQUEST));
        } else if (!header.apiKey().supports(header.version())) {
            reply.send(refused(ErrorCode.UNSUPPORTED_VERSION));
        } else {
            decide(api, header, frame, reply);
        }
    }

    private <Q extends ApiRequest<R>, R extends ApiMessage> void decide(
            ControllerApi<Q, R> api, RequestHeader header, ByteBuf frame, Reply<Envelope.Response> reply) {
        var request = Codec.of(api.requestType(), header.version()).read(frame);
        controller.decide(request).whenComplete((response, failure) -> reply.send(failure == null
                ? new Envelope.Response(ForwardedFrame.ofResponse(header,
                        new Forwarded<>(imageVersion.getAsLong(), response), api.responseType()),
                        ErrorCode.NONE)
                : refused(codeOf(failure))));
    }

    private static Envelope.Response refused(ErrorCode code) {
        return new Envelope.Response(null, code);
    }

    private static ErrorCode codeOf(Throwable failure) {
        var cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof ApiException api ? api.errorCode() : ErrorCode.UNKNOWN_SERVER_ERROR;
    }
}
