package io.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Feeds a decoder damaged forms of a sound message. It may take them or throw a MalformedMessageException, nothing
 * else, and may set aside no more memory than a small multiple of what it was given.
 */
public final class Fuzz {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final byte[][] LIES = {
        {0x7f, -1, -1, -1}, {-1, -1, -1, -1}, {-1, -1, -1, -1, 7}, {-1, -1, -1, -1, 15},
        {-128, -128, -128, -128, 8},
        {0x7f, -1}, {-128, 0}, {-2}, {-1, -1, 3}, {0, 1, 0, 0}, {-1, -1, -1, -1, -1, -1, -1, -1, -1, 1}
    };

    private Fuzz() {}

    /** Cuts the message at every byte: each cut is refused. */
    public static void truncate(byte[] sound, Consumer<ByteBuf> decoder) {
        decode(sound, decoder);
        for (int length = 0; length < sound.length; length++) {
            var cut = Unpooled.wrappedBuffer(sound, 0, length);
            assertThatThrownBy(() -> decoder.accept(cut))
                    .as("cut after %d of %d bytes", length, sound.length)
                    .isInstanceOf(MalformedMessageException.class);
        }
    }

    /** Changes single bytes, and puts lengths in their place that promise too much. */
    public static void damage(byte[] sound, Random random, Consumer<ByteBuf> decoder) {
        for (int round = 0; round < 40 && sound.length > 0; round++) {
            var damaged = sound.clone();
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                int at = random.nextInt(damaged.length);
                if (random.nextBoolean()) {
                    damaged[at] = (byte) random.nextInt();
                } else {
                    var lie = LIES[random.nextInt(LIES.length)];
                    System.arraycopy(lie, 0, damaged, at, Math.min(lie.length, damaged.length - at));
                }
            }
            decode(damaged, decoder);
        }
    }

    /** The first decoding may link classes and lambdas, which counts as this thread's memory; the least one tells. */
    private static void decode(byte[] bytes, Consumer<ByteBuf> decoder) {
        long limit = 2L * bytes.length + (64 << 10);
        long allocated = allocatedBy(bytes, decoder);
        for (int again = 0; again < 2 && allocated > limit; again++) {
            allocated = Math.min(allocated, allocatedBy(bytes, decoder));
        }
        assertThat(allocated)
                .as("bytes allocated for %s", ByteBufUtil.hexDump(bytes))
                .isLessThanOrEqualTo(limit);
    }

    private static long allocatedBy(byte[] bytes, Consumer<ByteBuf> decoder) {
        var in = Unpooled.wrappedBuffer(bytes);
        long before = THREADS.getCurrentThreadAllocatedBytes();
        try {
            decoder.accept(in);
        } catch (MalformedMessageException expected) {
            // refused, as it may be
        } catch (RuntimeException e) {
            throw new AssertionError("on " + ByteBufUtil.hexDump(bytes), e);
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
