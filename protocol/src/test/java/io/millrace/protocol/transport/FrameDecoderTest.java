package io.millrace.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameDecoderTest {
    private static final int MAX_FRAME_BYTES = 100 << 20;

    private final FrameDecoder decoder = new FrameDecoder(MAX_FRAME_BYTES);
    private final EmbeddedChannel channel = new EmbeddedChannel(decoder);

    @Test
    void cutsFramesHoweverTheyArrive() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var sent = new ArrayList<byte[]>();
        var stream = Unpooled.buffer();
        for (int i = 0; i < 300; i++) {
            var frame = new byte[random.nextInt(10) == 0 ? random.nextInt(60_000) : random.nextInt(60)];
            random.nextBytes(frame);
            sent.add(frame);
            stream.writeInt(frame.length).writeBytes(frame);
        }
        while (stream.isReadable()) {
            int size = 1 + random.nextInt(random.nextBoolean() ? 5 : 20_000);
            channel.writeInbound(stream.readRetainedSlice(Math.min(size, stream.readableBytes())));
        }
        for (var expected : sent) {
            assertThat(nextFrame()).as("seed %d", seed).isEqualTo(expected);
        }
        assertThat(channel.inboundMessages()).isEmpty();
        assertThat(stream.release()).as("every slice was released").isTrue();
    }

    @Test
    void handsOnFramesOfOneReadWithoutACopy() {
        var read = Unpooled.buffer();
        read.writeInt(3).writeBytes(new byte[] {1, 2, 3}).writeInt(0).writeInt(1).writeByte(4);
        channel.writeInbound(read);
        assertThat(nextFrame()).containsExactly(1, 2, 3);
        assertThat(nextFrame()).isEmpty();
        assertThat(nextFrame()).containsExactly(4);
        assertThat(decoder.copiedBytes()).isZero();
        assertThat(read.refCnt()).isZero();
    }

    @Test
    void closesWhenALengthIsNegativeOrOverTheLimit() {
        for (int length : new int[] {-1, Integer.MIN_VALUE, MAX_FRAME_BYTES + 1, 0x16030100}) {
            var refused = new EmbeddedChannel(new FrameDecoder(MAX_FRAME_BYTES));
            var rest = Unpooled.buffer().writeInt(length).writeInt(1).writeByte(7);
            refused.writeInbound(rest);
            assertThat(refused.isOpen()).isFalse();
            assertThat(refused.inboundMessages()).isEmpty();
            assertThat(rest.refCnt()).isZero();
        }
    }

    @Test
    void anAnnouncedLengthCostsNoMoreThanWhatArrives() {
        var allocator = new PooledByteBufAllocator(true);
        channel.config().setAllocator(allocator);
        channel.writeInbound(Unpooled.buffer().writeInt(MAX_FRAME_BYTES));
        int sent = 0;
        for (; sent < 40_000; sent++) {
            channel.writeInbound(Unpooled.buffer(1).writeByte(sent));
            assertThat(allocator.pinnedDirectMemory()).isLessThanOrEqualTo(2L * sent + 8192);
        }
        channel.close();
        assertThat(allocator.pinnedDirectMemory()).isZero();
    }

    @Test
    void copiesALargeFrameAtMostTwice() {
        int frameBytes = 1 << 20;
        var stream = Unpooled.buffer().writeInt(frameBytes).writeZero(frameBytes);
        while (stream.isReadable()) {
            channel.writeInbound(stream.readRetainedSlice(Math.min(1 << 16, stream.readableBytes())));
        }
        assertThat(nextFrame()).hasSize(frameBytes);
        assertThat(decoder.copiedBytes()).isBetween((long) frameBytes, 2L * frameBytes);
    }

    private byte[] nextFrame() {
        ByteBuf frame = channel.readInbound();
        assertThat(frame).isNotNull();
        var bytes = ByteBufUtil.getBytes(frame);
        frame.release();
        return bytes;
    }
}
