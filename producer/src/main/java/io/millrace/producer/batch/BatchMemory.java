package io.millrace.producer.batch;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/** The memory of one batch after another. Written in place by many threads, through absolute puts alone. */
final class BatchMemory {
    private final ByteBuf root;
    private final ByteBuffer bytes;
    private final Deliveries deliveries;
    private final boolean isLent;

    BatchMemory(int capacityBytes) {
        this(capacityBytes, false);
    }

    private BatchMemory(int capacityBytes, boolean isLent) {
        this.isLent = isLent;
        root = Unpooled.directBuffer(capacityBytes, capacityBytes);
        bytes = root.nioBuffer(0, capacityBytes);
        deliveries = new Deliveries(capacityBytes / RecordParts.FEWEST_BYTES);
    }

    /** Memory that no pool has. */
    static BatchMemory lent(int capacityBytes) {
        return new BatchMemory(capacityBytes, true);
    }

    boolean isLent() {
        return isLent;
    }

    int capacityBytes() {
        return root.capacity();
    }

    ByteBuf root() {
        return root;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    Deliveries deliveries() {
        return deliveries;
    }

    /** Whether nothing else, such as a socket that is being written to, still refers to it. */
    boolean isAlone() {
        return root.refCnt() == 1;
    }

    void free() {
        root.release();
    }
}
