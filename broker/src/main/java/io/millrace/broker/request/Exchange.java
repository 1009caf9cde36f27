package io.millrace.broker.request;

import io.millrace.protocol.wire.ApiKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;

/**
 * A request that has arrived and is not answered yet. It belongs to its connection's core loop; the methods
 * that answer may be called from any thread and hop there. Answers leave in the order of arrival.
 */
public final class Exchange {

    /** The connection's side of an exchange; called on its core loop. */
    public interface Channel {
        ConnectionInfo info();

        EventExecutor loop();

        ByteBufAllocator allocator();

        /** The exchange has its answer, or needs none. */
        void answered(Exchange exchange);

        /** An exchange holds so many more bytes of memory than before, or fewer if negative. */
        default void held(long deltaBytes) {}

        /** Ends the connection; the reason is logged. */
        void close(String reason);
    }

    private final Channel channel;
    private final ApiKey api;
    private final short version;
    private final int correlationId;
    private final String clientId;
    private ByteBuf frame;
    private final int frameBytes;
    private final List<ByteBuf> response = new ArrayList<>(2);
    private long heldBytes;
    private boolean isAnswered;

    /** Takes over one reference of the frame. */
    public Exchange(
            Channel channel, ApiKey api, short version, int correlationId, String clientId, ByteBuf frame) {
        this.channel = channel;
        this.api = api;
        this.version = version;
        this.correlationId = correlationId;
        this.clientId = clientId;
        this.frame = frame;
        this.frameBytes = frame.readableBytes();
    }

    public ApiKey api() {
        return api;
    }

    public short version() {
        return version;
    }

    public int correlationId() {
        return correlationId;
    }

    /** What the client calls itself; empty if it does not. */
    public String clientId() {
        return clientId == null ? "" : clientId;
    }

    public ConnectionInfo connection() {
        return channel.info();
    }

    public EventExecutor loop() {
        return channel.loop();
    }

    public ByteBufAllocator allocator() {
        return channel.allocator();
    }

    /** Size of the request, for the connection's bound on bytes in flight. */
    public int frameBytes() {
        return frameBytes;
    }

    /** Says how much memory the request holds, which is counted already. On the core loop. */
    public void holds(long bytes) {
        heldBytes = bytes;
    }

    /** The request lives on as objects that take so much memory; the frame is not kept. On the core loop. */
    public void decoded(long objectBytes) {
        releaseFrame();
        hold(objectBytes);
    }

    /**
     * The handler has read all that it needs, or keeps it where it is counted otherwise: nothing is held while the
     * answer waits. On the core loop.
     */
    public void releaseFrame() {
        if (frame != null) {
            frame.release();
            frame = null;
        }
        hold(0);
    }

    private void hold(long bytes) {
        channel.held(bytes - heldBytes);
        heldBytes = bytes;
    }

    /** Answers with one buffer that holds the whole frame, length field included. */
    public void respond(ByteBuf whole) {
        onLoop(() -> {
            response.add(whole);
            finish();
        });
    }

    /** Answers with pieces that together are the whole frame; takes over a reference of each. */
    public void respond(List<ByteBuf> pieces) {
        onLoop(() -> {
            response.addAll(pieces);
            finish();
        });
    }

    /** The request wants no answer, such as Produce with acks=0. */
    public void respondNothing() {
        onLoop(this::finish);
    }

    /** Gives up on the connection: the bytes made no sense, or the protocol says so. */
    public void close(String reason) {
        onLoop(() -> {
            channel.close(reason);
            finish();
        });
    }

    private void onLoop(Runnable task) {
        if (channel.loop().inEventLoop()) {
            task.run();
        } else {
            channel.loop().execute(task);
        }
    }

    private void finish() {
        if (isAnswered) {
            throw new IllegalStateException(api + " answered twice");
        }
        isAnswered = true;
        releaseFrame();
        channel.answered(this);
    }

    public boolean isAnswered() {
        return isAnswered;
    }

    /** The answer's pieces; the connection takes them over. On the core loop only. */
    public List<ByteBuf> response() {
        return response;
    }
}
