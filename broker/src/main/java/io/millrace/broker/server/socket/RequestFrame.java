package io.millrace.broker.server.socket;

import io.millrace.broker.request.Exchange;
import io.millrace.protocol.transport.RequestHeader;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;

/** Reads the header of a request frame and leaves the reader index at its body. */
final class RequestFrame {
    private static final int FIXED_HEADER_BYTES = 8;

    private RequestFrame() {}

    /** The exchange, which takes over the frame; null after closing a connection whose frame makes no sense. */
    static Exchange open(Exchange.Channel channel, ByteBuf frame) {
        if (frame.readableBytes() < FIXED_HEADER_BYTES) {
            channel.close("a frame of " + frame.readableBytes() + " bytes has no room for a header");
            return null;
        }
        int key = frame.getShort(frame.readerIndex());
        var api = ApiKey.of(key);
        if (api == null) {
            channel.close("API key " + key + " is not spoken here");
            return null;
        }
        try {
            var header = RequestHeader.read(frame);
            return new Exchange(
                    channel, api, header.version(), header.correlationId(), header.clientId(), frame);
        } catch (MalformedMessageException e) {
            channel.close("malformed request header: " + e.getMessage());
            return null;
        }
    }
}
