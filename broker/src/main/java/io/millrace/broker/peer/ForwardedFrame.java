package io.millrace.broker.peer;

import io.millrace.broker.controller.RemoteController.Forwarded;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.transport.RequestHeader;
import io.millrace.protocol.transport.ResponseHeader;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;

/**
 * What an Envelope carries between our brokers. The answer begins with the version of the controller's image, which the
 * forwarding broker waits for, so that its clients read what they wrote.
 * <pre>
 * request   | header as on a socket | body |
 * response  | image version 8 | header as on a socket | body |
 * </pre>
 */
public final class ForwardedFrame {
    private static final String CLIENT_ID = "millrace-forward";

    private ForwardedFrame() {}

    @SuppressWarnings("unchecked") // the codec is that of the request's own class
    static Bytes ofRequest(ApiKey api, short version, ApiMessage request) {
        var out = Unpooled.buffer();
        new RequestHeader(api, version, 0, CLIENT_ID).write(out);
        ((Codec<ApiMessage>) Codec.of(request.getClass(), version)).write(request, out);
        return Bytes.read(out, out.readableBytes());
    }

    public static <R extends ApiMessage> Bytes ofResponse(RequestHeader request, Forwarded<R> answer,
            Class<R> type) {
        var out = Unpooled.buffer();
        out.writeLong(answer.imageVersion());
        new ResponseHeader(request.correlationId()).write(out, request.apiKey(), request.version());
        Codec.of(type, request.version()).write(answer.response(), out);
        return Bytes.read(out, out.readableBytes());
    }

    static <R extends ApiMessage> Forwarded<R> readResponse(Bytes bytes, ApiKey api, short version,
            Class<R> type) {
        ByteBuf in = bytes.asByteBuf();
        if (in.readableBytes() < Long.BYTES) {
            throw new MalformedMessageException("forwarded answer of " + in.readableBytes() + " bytes");
        }
        long imageVersion = in.readLong();
        ResponseHeader.read(in, api, version);
        return new Forwarded<>(imageVersion, Codec.of(type, version).read(in));
    }
}
