package io.millrace.broker.request;

import io.netty.buffer.ByteBuf;

/** Answers one of the hot APIs straight from the frame, without decoding it into records. */
@FunctionalInterface
public interface RawHandler {

    /**
     * Handles the body that starts at the frame's reader index. The frame belongs to the exchange, which
     * releases it once answered. Called on the connection's core loop.
     */
    void handle(ByteBuf frame, Exchange exchange);
}
