package io.millrace.protocol.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts the bytes of one connection into frames and hands on the inside of each as one contiguous buffer, owned by
 * the receiver. A frame that arrives in one read is a slice of it; any other is collected in a buffer that doubles
 * as bytes arrive, so an announced length costs nothing by itself. Called by the connection's event loop only.
 * <pre>
 * | length 4 | header, body: length bytes | length 4 | ...
 * </pre>
 */
public final class FrameDecoder extends ChannelInboundHandlerAdapter {
    private static final Logger LOG = LoggerFactory.getLogger(FrameDecoder.class);
    private static final int FIRST_CAPACITY_BYTES = 4096;

    /** Sees frames that arrive in parts, so that it may stop the reading, or close the connection. */
    @FunctionalInterface
    public interface Watch {
        /** More of a frame has arrived: so much of it is there, and so many bytes it will have. */
        void arriving(ByteBuf begun, int frameBytes);
    }

    private final int maxFrameBytes;
    private final Watch watch;
    private int lengthBytesRead;
    private int length;
    private ByteBuf partial;
    private boolean refused;
    private long copiedBytes;

    /** A frame of more bytes than the maximum, or of negative length, closes the connection. */
    public FrameDecoder(int maxFrameBytes) {
        this(maxFrameBytes, (begun, frameBytes) -> {});
    }

    public FrameDecoder(int maxFrameBytes, Watch watch) {
        this.maxFrameBytes = maxFrameBytes;
        this.watch = watch;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        var in = (ByteBuf) message;
        try {
            while (in.isReadable() && !refused && !ctx.isRemoved()) {
                decode(ctx, in);
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        releasePartial();
        ctx.fireChannelInactive();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        releasePartial();
    }

    /** Bytes copied so far, as slices need none: those of frames that arrived in parts, and of buffers that grew. */
    public long copiedBytes() {
        return copiedBytes;
    }

    private void decode(ChannelHandlerContext ctx, ByteBuf in) {
        if (!readLength(ctx, in)) {
            return;
        }
        if (partial == null && in.readableBytes() >= length) {
            handOn(ctx, in.readRetainedSlice(length));
        } else if (in.isReadable()) {
            collect(ctx, in);
            if (partial.readableBytes() == length) {
                var frame = partial;
                partial = null;
                handOn(ctx, frame);
            } else {
                watch.arriving(partial, length);
            }
        }
    }

    /** Whether the length of the current frame is known and allowed. */
    private boolean readLength(ChannelHandlerContext ctx, ByteBuf in) {
        if (lengthBytesRead == Integer.BYTES) {
            return true;
        }
        while (lengthBytesRead < Integer.BYTES && in.isReadable()) {
            length = length << Byte.SIZE | in.readUnsignedByte();
            lengthBytesRead++;
        }
        if (lengthBytesRead < Integer.BYTES) {
            return false;
        }
        if (length < 0 || length > maxFrameBytes) {
            refused = true;
            LOG.warn("Closing the connection from {}: it announced a frame of {} bytes, the limit is {}",
                    ctx.channel().remoteAddress(), length, maxFrameBytes);
            ctx.close();
            return false;
        }
        return true;
    }

    private void collect(ChannelHandlerContext ctx, ByteBuf in) {
        int arrived = partial == null ? 0 : partial.readableBytes();
        int taken = Math.min(length - arrived, in.readableBytes());
        int needed = arrived + taken;
        if (partial == null) {
            partial = ctx.alloc().ioBuffer(capacityFor(needed));
        } else if (needed > partial.capacity()) {
            partial.capacity(capacityFor(needed));
            copiedBytes += arrived;
        }
        partial.writeBytes(in, taken);
        copiedBytes += taken;
    }

    /** The next power of two, so that the buffer at least doubles, but never more than the frame takes. */
    private int capacityFor(int neededBytes) {
        long powerOfTwo = Long.highestOneBit(Math.max(neededBytes, FIRST_CAPACITY_BYTES) - 1L) << 1;
        return (int) Math.min(length, powerOfTwo);
    }

    private void handOn(ChannelHandlerContext ctx, ByteBuf frame) {
        lengthBytesRead = 0;
        length = 0;
        ctx.fireChannelRead(frame);
    }

    private void releasePartial() {
        if (partial != null) {
            partial.release();
            partial = null;
        }
    }
}
