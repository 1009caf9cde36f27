package io.millrace.protocol.client;

import io.millrace.protocol.client.ConnectionFailure.Kind;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.data.GatherBuffer;
import io.millrace.protocol.transport.RequestHeader;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One socket to one broker. Requests are pipelined; answers come in their order. State belongs to the event loop, where
 * futures complete too; {@link #send} and {@link #close} may be called from any thread, the rest on the loop alone.
 * When the connection ends, every call that is under way fails with the same {@link ConnectionFailure}.
 */
public final class Connection {
    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
    private static final int LENGTH_BYTES = Integer.BYTES;
    private static final int CORRELATION_ID_INDEX = LENGTH_BYTES + 2 * Short.BYTES;
    private static final int FIRST_CAPACITY_BYTES = 256;

    private final Channel channel;
    private final String clientId;
    private final CallQueue calls;
    private final Runnable flush = this::flush;
    private final CompletableFuture<ConnectionFailure> ended = new CompletableFuture<>();
    private volatile PeerVersions versions;
    private ConnectionFailure end;
    private boolean isFlushPosted;

    Connection(Channel channel, String clientId) {
        this.channel = channel;
        this.clientId = clientId;
        calls = new CallQueue(channel.eventLoop(), this::end);
    }

    /** Reads the frames of the socket. */
    final class Inbound extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            var frame = (ByteBuf) message;
            if (end != null) {
                frame.release();
                return;
            }
            try {
                calls.onFrame(frame);
            } catch (MalformedMessageException e) {
                end(new ConnectionFailure(Kind.MALFORMED, peer() + " sent " + e.getMessage()));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext ctx) {
            end(new ConnectionFailure(Kind.CLOSED, "the connection to " + peer() + " was closed"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            LOG.debug("The connection to {} fails", peer(), cause);
            end(new ConnectionFailure(Kind.CLOSED,
                    "the connection to " + peer() + " broke: " + cause.getMessage()));
        }
    }

    public EventLoop loop() {
        return channel.eventLoop();
    }

    /** Completes, on the loop and never exceptionally, when the connection has ended, with the reason. */
    public CompletableFuture<ConnectionFailure> ended() {
        return ended;
    }

    /** The versions that both ends speak. */
    public PeerVersions versions() {
        return versions;
    }

    void negotiated(PeerVersions common) {
        versions = common;
    }

    /** Calls under way. */
    public int callsUnderWay() {
        return calls.size();
    }

    /** Whether the socket takes more; a sender of large requests waits while it does not. */
    public boolean isWritable() {
        return channel.isWritable();
    }

    /** Sends in the highest version that both ends speak. */
    public <R extends ApiMessage> CompletableFuture<R> send(ApiRequest<R> request, int timeoutMs) {
        var api = TypedAnswer.apiOf(request);
        short version = versions.highest(api);
        return version == PeerVersions.NONE
                ? CompletableFuture.failedFuture(notSpoken(api, version))
                : send(request, version, timeoutMs);
    }

    /** Fails with UNSUPPORTED_VERSION if the peer lacks the version; the request was not sent then. */
    public <R extends ApiMessage> CompletableFuture<R> send(ApiRequest<R> request, int version,
            int timeoutMs) {
        var answer = new TypedAnswer<R>(request, version);
        if (loop().inEventLoop()) {
            sendNow(request, version, timeoutMs, answer);
        } else {
            loop().execute(() -> sendNow(request, version, timeoutMs, answer));
        }
        return answer.future();
    }

    @SuppressWarnings("unchecked") // the codec is that of the request's own class
    private void sendNow(ApiRequest<?> request, int version, int timeoutMs, Answer answer) {
        var api = TypedAnswer.apiOf(request);
        var frame = beginRaw(api, version);
        try {
            ((Codec<ApiRequest<?>>) Codec.of(request.getClass(), version)).write(request, frame);
        } catch (IllegalArgumentException e) {
            frame.release();
            answer.onFailure(new ApiException(ErrorCode.UNSUPPORTED_VERSION, e.getMessage()));
            return;
        }
        sendRaw(api, version, frame, timeoutMs, answer);
    }

    /** A buffer that begins with the frame's length and the request's header; the body is appended to it. */
    public ByteBuf beginRaw(ApiKey api, int version) {
        var frame = channel.alloc().ioBuffer(FIRST_CAPACITY_BYTES);
        frame.writeInt(0);
        new RequestHeader(api, (short) version, 0, clientId).write(frame);
        return frame;
    }

    /** Sends what {@link #beginRaw} began, and takes over its reference. On the loop. */
    public void sendRaw(ApiKey api, int version, ByteBuf frame, int timeoutMs, Answer answer) {
        if (!mayCall(api, version, answer)) {
            frame.release();
            return;
        }
        stamp(frame, frame.readableBytes(), calls.add(api, version, timeoutMs, answer));
        channel.write(frame, channel.voidPromise());
        flushSoon();
    }

    /** Sends pieces, the first of which {@link #beginRaw} began, and takes over their references. On the loop. */
    public void sendRaw(ApiKey api, int version, GatherBuffer frame, int timeoutMs, Answer answer) {
        if (!mayCall(api, version, answer)) {
            frame.release();
            return;
        }
        stamp(frame.fixed(), frame.sizeBytes(), calls.add(api, version, timeoutMs, answer));
        frame.transferTo(piece -> channel.write(piece, channel.voidPromise()));
        flushSoon();
    }

    /**
     * Sends pieces as {@link #sendRaw}, a request that the peer does not answer: what it says of itself is all there is.
     * Answers whether the connection took it.
     */
    public boolean sendUnanswered(GatherBuffer frame) {
        if (end != null) {
            frame.release();
            return false;
        }
        stamp(frame.fixed(), frame.sizeBytes(), 0);
        frame.transferTo(piece -> channel.write(piece, channel.voidPromise()));
        flushSoon();
        return true;
    }

    private boolean mayCall(ApiKey api, int version, Answer answer) {
        if (end != null) {
            answer.onFailure(end);
            return false;
        }
        if (versions != null && !versions.speaks(api, version)) {
            answer.onFailure(notSpoken(api, version));
            return false;
        }
        return true;
    }

    private ApiException notSpoken(ApiKey api, int version) {
        return new ApiException(ErrorCode.UNSUPPORTED_VERSION,
                peer() + " does not speak " + api + (version < 0 ? "" : " version " + version));
    }

    private static void stamp(ByteBuf frame, long frameBytes, int correlationId) {
        frame.setInt(frame.readerIndex(), Math.toIntExact(frameBytes - LENGTH_BYTES));
        frame.setInt(frame.readerIndex() + CORRELATION_ID_INDEX, correlationId);
    }

    /** Requests that one task sends leave together. */
    private void flushSoon() {
        if (!isFlushPosted) {
            isFlushPosted = true;
            loop().execute(flush);
        }
    }

    private void flush() {
        isFlushPosted = false;
        channel.flush();
    }

    /** Ends the connection; calls under way fail. */
    public void close() {
        if (loop().inEventLoop()) {
            end(new ConnectionFailure(Kind.CLOSED, "the connection to " + peer() + " was closed here"));
        } else {
            loop().execute(this::close);
        }
    }

    private void end(ConnectionFailure failure) {
        if (end == null) {
            end = failure;
            channel.close();
            calls.failAll(failure);
            ended.complete(failure);
        }
    }

    private String peer() {
        return String.valueOf(channel.remoteAddress());
    }

    @Override
    public String toString() {
        return "Connection[" + peer() + "]";
    }
}
