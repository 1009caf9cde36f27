package io.millrace.broker.server.socket;

import io.millrace.broker.request.ConnectionInfo;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Router;
import io.millrace.protocol.wire.ApiKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client socket: turns frames into exchanges, and their answers into bytes, in the order of arrival.
 * Owned by its core loop. Requests are pipelined up to a bound on bytes and number in flight; past it, or
 * while the peer does not read its answers, frames wait here and the socket is not read.
 */
final class Connection extends ChannelInboundHandlerAdapter implements Exchange.Channel {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final int MAX_EXCHANGES_IN_FLIGHT = 128;

    private final String listener;
    private final Router router;
    private final ConnectionRegistry registry;
    private final long maxBytesInFlight;

    private final ArrayDeque<ByteBuf> waitingFrames = new ArrayDeque<>();
    private final ArrayDeque<Exchange> inFlight = new ArrayDeque<>();
    private long bytesInFlight;
    private long lastActiveNs = System.nanoTime();
    private boolean isDispatching;
    private boolean isDraining;
    private boolean isReadBatchOpen;

    private ChannelHandlerContext context;
    private ConnectionInfo info;

    Connection(String listener, Router router, ConnectionRegistry registry, long maxBytesInFlight) {
        this.listener = listener;
        this.router = router;
        this.registry = registry;
        this.maxBytesInFlight = maxBytesInFlight;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        context = ctx;
        var channel = ctx.channel();
        info = new ConnectionInfo(
                listener, (InetSocketAddress) channel.localAddress(),
                (InetSocketAddress) channel.remoteAddress());
        registry.opened(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        registry.closed(this);
        waitingFrames.forEach(ByteBuf::release);
        waitingFrames.clear();
        inFlight.forEach(Connection::releaseResponse);
        inFlight.clear();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        lastActiveNs = System.nanoTime();
        isReadBatchOpen = true;
        waitingFrames.add((ByteBuf) message);
        dispatch();
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        isReadBatchOpen = false;
        ctx.flush();
        ctx.fireChannelReadComplete();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        lastActiveNs = System.nanoTime();
        dispatch();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof IOException) {
            LOG.debug("{} lost: {}", info, cause.getMessage());
        } else {
            LOG.warn("Closing {}: {}", info, cause.getMessage(), LOG.isDebugEnabled() ? cause : null);
        }
        ctx.close();
    }

    /** Handles waiting frames as far as the bounds allow. A frame can be answered before the next is taken. */
    private void dispatch() {
        if (isDispatching) {
            return;
        }
        isDispatching = true;
        try {
            while (!waitingFrames.isEmpty() && mayDispatch()) {
                accept(waitingFrames.poll());
            }
        } finally {
            isDispatching = false;
        }
        context.channel().config().setAutoRead(waitingFrames.isEmpty() && mayDispatch());
    }

    private boolean mayDispatch() {
        return !isDraining && bytesInFlight < maxBytesInFlight && inFlight.size() < MAX_EXCHANGES_IN_FLIGHT
                && context.channel().isWritable();
    }

    private void accept(ByteBuf frame) {
        var exchange = RequestFrame.open(this, frame);
        if (exchange == null) {
            frame.release();
            return;
        }
        inFlight.add(exchange);
        bytesInFlight += exchange.frameBytes();
        if (!router.serves(exchange.api()) || !isSpoken(exchange)) {
            exchange.close("no version " + exchange.version() + " of " + exchange.api() + " here");
            return;
        }
        router.route(frame, exchange);
    }

    private static boolean isSpoken(Exchange exchange) {
        return exchange.api() == ApiKey.API_VERSIONS || exchange.api().supports(exchange.version());
    }

    @Override
    public void answered(Exchange exchange) {
        bytesInFlight -= exchange.frameBytes();
        if (!context.channel().isActive()) {
            releaseResponse(exchange);
            return;
        }
        boolean isWritten = false;
        while (!inFlight.isEmpty() && inFlight.peek().isAnswered()) {
            for (var piece : inFlight.poll().response()) {
                context.write(piece, context.voidPromise());
                isWritten = true;
            }
        }
        if (isWritten && !isReadBatchOpen) {
            context.flush();
        }
        if (isDraining && inFlight.isEmpty()) {
            context.close();
        } else {
            dispatch();
        }
    }

    private static void releaseResponse(Exchange exchange) {
        if (exchange.isAnswered()) {
            exchange.response().forEach(ByteBuf::release);
            exchange.response().clear();
        }
    }

    /** Finishes what is in flight, then closes; new frames are not looked at. On the core loop. */
    void drain() {
        isDraining = true;
        waitingFrames.forEach(ByteBuf::release);
        waitingFrames.clear();
        if (inFlight.isEmpty()) {
            context.close();
        }
    }

    /** Closes at once. On the core loop. */
    void closeNow() {
        context.close();
    }

    long idleNs(long nowNs) {
        return inFlight.isEmpty() ? nowNs - lastActiveNs : 0;
    }

    @Override
    public void close(String reason) {
        LOG.warn("Closing the connection from {} to {}: {}", info.remote(), info.listener(), reason);
        context.close();
    }

    @Override
    public ConnectionInfo info() {
        return info;
    }

    @Override
    public EventExecutor loop() {
        return context.executor();
    }

    @Override
    public ByteBufAllocator allocator() {
        return context.alloc();
    }
}
