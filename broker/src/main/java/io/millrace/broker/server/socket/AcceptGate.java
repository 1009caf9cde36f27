package io.millrace.broker.server.socket;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts a listener's connections as fast and as many as the limits allow. Past them the listening socket is not
 * read, so clients wait in its backlog and no loop waits for anything. Owned by the listening socket's core loop.
 */
final class AcceptGate extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(AcceptGate.class);

    private final String listener;
    private final ConnectionLimits limits;
    private final Runnable onClosed;
    private final Runnable onExceeded;
    private Channel listening;
    private boolean isOpen;
    private volatile boolean isWaitingForClose;

    /**
     * {@code onClosed} runs on any loop when a connection has closed: others may be let in. {@code onExceeded} runs when one
     * was let in for which another must close.
     */
    AcceptGate(String listener, ConnectionLimits limits, Runnable onClosed, Runnable onExceeded) {
        this.onExceeded = onExceeded;
        this.listener = listener;
        this.limits = limits;
        this.onClosed = onClosed;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        listening = ctx.channel();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var accepted = (SocketChannel) message;
        var remote = accepted.remoteAddress();
        if (remote == null) {
            accepted.unsafe().closeForcibly();
            return;
        }
        var address = remote.getAddress();
        var refusal = limits.admit(listener, address, System.nanoTime());
        if (refusal == null) {
            accepted.closeFuture().addListener(closed -> {
                limits.closed(listener, address);
                onClosed.run();
            });
            ctx.fireChannelRead(message);
            if (limits.isExempt(listener) && limits.isExceeded()) {
                onExceeded.run();
            }
        } else {
            LOG.warn("Refusing a connection from {}: {}", remote, refusal);
            limits.closed(listener, address);
            accepted.unsafe().closeForcibly();
        }
        admitOrWait();
    }

    /** Begins to accept. Any thread. */
    void open() {
        listening.eventLoop().execute(() -> {
            isOpen = true;
            admitOrWait();
        });
    }

    /** The limits have changed. Any thread. */
    void reconsider() {
        listening.eventLoop().execute(this::admitOrWait);
    }

    /** A connection has closed. Any thread. */
    void connectionClosed() {
        if (isWaitingForClose) {
            reconsider();
        }
    }

    private void admitOrWait() {
        if (!isOpen || !listening.isOpen()) {
            return;
        }
        long waitNs = waitNs();
        isWaitingForClose = waitNs == ConnectionQuota.UNTIL_ONE_CLOSES;
        if (isWaitingForClose) {
            waitNs = waitNs(); // one may have closed before the flag was up
            isWaitingForClose = waitNs == ConnectionQuota.UNTIL_ONE_CLOSES;
        }
        listening.config().setAutoRead(waitNs == 0);
        if (waitNs > 0 && !isWaitingForClose) {
            listening.eventLoop().schedule(this::admitOrWait, waitNs, TimeUnit.NANOSECONDS);
        }
    }

    private long waitNs() {
        return limits.waitNs(listener, System.nanoTime());
    }
}
