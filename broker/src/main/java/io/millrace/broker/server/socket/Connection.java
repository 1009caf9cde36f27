package io.millrace.broker.server.socket;

import io.millrace.broker.request.ConnectionInfo;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Router;
import io.millrace.protocol.transport.FrameDecoder;
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
 * while the peer does not read its answers, frames wait here and the socket is not read. Nor is it while the
 * broker has no memory for the frame that arrives.
 */
final class Connection extends ChannelInboundHandlerAdapter implements Exchange.Channel, FrameDecoder.Watch {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final int MAX_EXCHANGES_IN_FLIGHT = 128;
    /** Frames up to this size never wait for memory, so that heartbeats pass when it is short. */
    private static final int SMALL_FRAME_BYTES = 16 << 10;
    /** Only records are larger. */
    private static final int MAX_BYTES_WITHOUT_RECORDS = 16 << 20;
    private static final int SMALL_ANSWER_BYTES = 4 << 10;

    private final String listener;
    private final Router router;
    private final ConnectionRegistry registry;
    private final RequestMemory memory;
    private final long maxBytesInFlight;

    private final ArrayDeque<ByteBuf> waitingFrames = new ArrayDeque<>();
    private final ArrayDeque<Exchange> inFlight = new ArrayDeque<>();
    private RequestMemory.Claim claim;
    private long unreadAnswerBytes;
    private long lastProgressNs = System.nanoTime();
    private long bytesInFlight;
    private long lastActiveNs = System.nanoTime();
    private boolean isDispatching;
    private boolean isDraining;
    private boolean isReadBatchOpen;

    private ChannelHandlerContext context;
    private ConnectionInfo info;

    Connection(String listener, Router router, ConnectionRegistry registry, RequestMemory memory) {
        this.listener = listener;
        this.router = router;
        this.registry = registry;
        this.memory = memory;
        this.maxBytesInFlight = memory.connectionLimitBytes();
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
        dropWaitingFrames();
        if (claim != null) {
            claim.cancel();
            claim = null;
        }
        inFlight.forEach(Connection::releaseResponse);
        inFlight.clear();
    }

    private void dropWaitingFrames() {
        for (var frame : waitingFrames) {
            memory.give(frame.readableBytes());
            frame.release();
        }
        waitingFrames.clear();
    }

    @Override
    public void arriving(ByteBuf begun, int frameBytes) {
        if (claim != null || begun.readableBytes() <= SMALL_FRAME_BYTES) {
            return;
        }
        int api = begun.getShort(begun.readerIndex());
        if (frameBytes > MAX_BYTES_WITHOUT_RECORDS && api != ApiKey.PRODUCE.code()) {
            close("a request of " + frameBytes + " bytes to API " + api + ", where more than "
                    + MAX_BYTES_WITHOUT_RECORDS + " make no sense");
            return;
        }
        claim = memory.claim(frameBytes, () -> loop().execute(this::roomGranted));
        lastProgressNs = System.nanoTime();
        updateReading();
    }

    private void roomGranted() {
        lastProgressNs = System.nanoTime();
        if (context.channel().isActive()) {
            updateReading();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var frame = (ByteBuf) message;
        lastActiveNs = System.nanoTime();
        lastProgressNs = lastActiveNs;
        isReadBatchOpen = true;
        if (claim == null) {
            memory.take(frame.readableBytes());
        } else {
            claim.fulfil();
            claim = null;
        }
        waitingFrames.add(frame);
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
        updateReading();
    }

    private void updateReading() {
        boolean hasRoom = claim == null || claim.isGranted();
        context.channel().config().setAutoRead(hasRoom && waitingFrames.isEmpty() && mayDispatch());
    }

    private boolean mayDispatch() {
        return !isDraining && bytesInFlight < maxBytesInFlight && inFlight.size() < MAX_EXCHANGES_IN_FLIGHT
                && context.channel().isWritable() && (unreadAnswerBytes == 0 || !memory.isShort());
    }

    private void accept(ByteBuf frame) {
        int frameBytes = frame.readableBytes();
        var exchange = RequestFrame.open(this, frame);
        if (exchange == null) {
            memory.give(frameBytes);
            frame.release();
            return;
        }
        exchange.holds(frameBytes);
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
            isWritten |= write(inFlight.poll());
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

    /** Slices of logs take no memory of their own; other answers do until the peer has read them. */
    private boolean write(Exchange answered) {
        var pieces = answered.response();
        long bytes = answered.api() == ApiKey.FETCH || pieces.isEmpty() ? 0 : pieces.get(0).readableBytes();
        if (bytes > SMALL_ANSWER_BYTES && pieces.size() == 1) {
            memory.take(bytes);
            unreadAnswerBytes += bytes;
            context.write(pieces.get(0)).addListener(written -> answerRead(bytes));
        } else {
            for (var piece : pieces) {
                context.write(piece, context.voidPromise());
            }
        }
        return !pieces.isEmpty();
    }

    private void answerRead(long bytes) {
        memory.give(bytes);
        unreadAnswerBytes -= bytes;
        lastProgressNs = System.nanoTime();
        if (context.channel().isActive()) {
            dispatch();
        }
    }

    @Override
    public void held(long deltaBytes) {
        if (deltaBytes > 0) {
            memory.take(deltaBytes);
        } else if (deltaBytes < 0) {
            memory.give(-deltaBytes);
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
        dropWaitingFrames();
        if (inFlight.isEmpty()) {
            context.close();
        }
    }

    /** Closes at once. On the core loop. */
    void closeNow() {
        context.close();
    }

    /** How long this connection has held memory for a peer that neither sends the rest nor reads. */
    long stalledNs(long nowNs) {
        boolean isStalled = claim != null && claim.isGranted() || unreadAnswerBytes > 0
                || !waitingFrames.isEmpty() && !context.channel().isWritable();
        return isStalled ? nowNs - lastProgressNs : 0;
    }

    String listener() {
        return listener;
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
