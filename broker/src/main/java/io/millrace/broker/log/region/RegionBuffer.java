package io.millrace.broker.log.region;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.buffer.UnpooledDirectByteBuf;
import io.netty.buffer.UnpooledUnsafeDirectByteBuf;
import java.nio.ByteBuffer;

/**
 * Makes the root buffer of a mapping. Slices share its reference count, and when the last reference goes,
 * on whichever thread that is, the mapping is given back.
 */
final class RegionBuffer {
    private RegionBuffer() {}

    static ByteBuf over(ByteBuffer mapping, Runnable whenUnused) {
        boolean hasAddress = Unpooled.wrappedBuffer(mapping.duplicate()).hasMemoryAddress();
        return hasAddress ? new Addressed(mapping, whenUnused) : new Plain(mapping, whenUnused);
    }

    private static final class Addressed extends UnpooledUnsafeDirectByteBuf {
        private final Runnable whenUnused;

        Addressed(ByteBuffer mapping, Runnable whenUnused) {
            super(UnpooledByteBufAllocator.DEFAULT, mapping, mapping.capacity());
            this.whenUnused = whenUnused;
        }

        @Override
        protected void deallocate() {
            super.deallocate();
            whenUnused.run();
        }
    }

    /** Where the JVM denies access by address. */
    private static final class Plain extends UnpooledDirectByteBuf {
        private final Runnable whenUnused;

        Plain(ByteBuffer mapping, Runnable whenUnused) {
            super(UnpooledByteBufAllocator.DEFAULT, mapping, mapping.capacity());
            this.whenUnused = whenUnused;
        }

        @Override
        protected void deallocate() {
            super.deallocate();
            whenUnused.run();
        }
    }
}
