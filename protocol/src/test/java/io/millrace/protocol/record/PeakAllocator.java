package io.millrace.protocol.record;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledHeapByteBuf;

/** Counts the direct buffers that were not given back, and remembers the largest capacity that one grew to. */
final class PeakAllocator extends AbstractByteBufAllocator {
    private int liveBuffers;
    private int peakBytes;

    @Override
    public int calculateNewCapacity(int minNewCapacity, int maxCapacity) {
        int capacity = super.calculateNewCapacity(minNewCapacity, maxCapacity);
        peakBytes = Math.max(peakBytes, capacity);
        return capacity;
    }

    @Override
    protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
        liveBuffers++;
        peakBytes = Math.max(peakBytes, initialCapacity);
        return new UnpooledDirectByteBuf(this, initialCapacity, maxCapacity) {
            @Override
            protected void deallocate() {
                liveBuffers--;
                super.deallocate();
            }
        };
    }

    @Override
    protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
        return new UnpooledHeapByteBuf(this, initialCapacity, maxCapacity);
    }

    @Override
    public boolean isDirectBufferPooled() {
        return false;
    }

    int liveBuffers() {
        return liveBuffers;
    }

    int peakBytes() {
        return peakBytes;
    }

    void forgetPeak() {
        peakBytes = 0;
    }
}
