package io.millrace.protocol.data;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * A message in pieces, written without copying its records: the fixed parts share one buffer, which is cut where a
 * slice belongs. Reused; owned by one connection. It owns every buffer given to it until it hands them on.
 * <pre>
 * fixed   | length, header, topic, partition |        | tags, partition |        | tags |
 * slices                                     | records |                | records |
 * </pre>
 */
public final class GatherBuffer {
    private final List<ByteBuf> slices = new ArrayList<>();
    private int[] cuts = new int[16];
    private ByteBuf fixed;
    private long sliceBytes;

    /** Begins a message whose fixed parts go into this buffer, behind what it already holds. */
    public void begin(ByteBuf fixed) {
        if (this.fixed != null) {
            throw new IllegalStateException("the last message was neither handed on nor released");
        }
        this.fixed = fixed;
    }

    /** The buffer of the fixed parts, to append to; a length at its start may be set when the size is known. */
    public ByteBuf fixed() {
        return fixed;
    }

    /** Puts a slice behind what has been written so far and takes over its reference. */
    public void append(ByteBuf slice) {
        if (!slice.isReadable()) {
            slice.release();
            return;
        }
        if (slices.size() == cuts.length) {
            cuts = Arrays.copyOf(cuts, 2 * cuts.length);
        }
        cuts[slices.size()] = fixed.writerIndex();
        slices.add(slice);
        sliceBytes += slice.readableBytes();
    }

    /** Bytes of all pieces. */
    public long sizeBytes() {
        return fixed.readableBytes() + sliceBytes;
    }

    /** Hands the pieces on in order, each with one reference that the sink takes over. */
    public void transferTo(Consumer<ByteBuf> sink) {
        for (int i = 0; i < slices.size(); i++) {
            int length = cuts[i] - fixed.readerIndex();
            if (length > 0) {
                sink.accept(fixed.readRetainedSlice(length));
            }
            sink.accept(slices.get(i));
        }
        if (fixed.isReadable()) {
            sink.accept(fixed);
        } else {
            fixed.release();
        }
        reset();
    }

    /** Gives the message up. */
    public void release() {
        slices.forEach(ByteBuf::release);
        fixed.release();
        reset();
    }

    private void reset() {
        slices.clear();
        sliceBytes = 0;
        fixed = null;
    }
}
