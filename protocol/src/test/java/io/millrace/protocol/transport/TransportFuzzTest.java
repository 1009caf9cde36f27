package io.millrace.protocol.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.Fuzz;
import io.millrace.protocol.wire.ApiKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TransportFuzzTest {
    private static final int MAX_FRAME_BYTES = 1 << 20;

    @Test
    void headersRefuseDamage() {
        var random = new Random(27); // the headers hold nothing random: one run is like any other
        for (var api : ApiKey.values()) {
            var out = Unpooled.buffer();
            new RequestHeader(api, api.maxVersion(), 7, "client-1").write(out);
            var request = ByteBufUtil.getBytes(out);
            Fuzz.truncate(request, RequestHeader::read);
            Fuzz.damage(request, random, RequestHeader::read);
            out.clear();
            new ResponseHeader(7).write(out, api, api.maxVersion());
            var response = ByteBufUtil.getBytes(out);
            Fuzz.truncate(response, in -> ResponseHeader.read(in, api, api.maxVersion()));
            Fuzz.damage(response, random, in -> ResponseHeader.read(in, api, api.maxVersion()));
        }
    }

    @Test
    void noStreamOfBytesMakesTheFrameDecoderFailOrLeakOrHoldMoreThanItGot() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var allocator = new PooledByteBufAllocator(true);
        for (int round = 0; round < 2000; round++) {
            var channel = new EmbeddedChannel(new FrameDecoder(MAX_FRAME_BYTES));
            channel.config().setAllocator(allocator);
            long sent = 0;
            for (int reads = random.nextInt(12); reads > 0 && channel.isOpen(); reads--) {
                var bytes = new byte[random.nextInt(3000)];
                random.nextBytes(bytes);
                for (int at = 0; at + 4 < bytes.length; at += 1 + random.nextInt(900)) {
                    bytes[at] = 0;
                    bytes[at + 1] = (byte) random.nextInt(8);
                }
                channel.writeInbound(Unpooled.wrappedBuffer(bytes));
                sent += bytes.length;
                assertThat(allocator.pinnedDirectMemory()).as("seed %d", seed)
                        .isLessThanOrEqualTo(2 * sent + 8192);
            }
            for (ByteBuf frame = channel.readInbound(); frame != null; frame = channel.readInbound()) {
                frame.release();
            }
            channel.close();
            assertThat(allocator.pinnedDirectMemory()).as("seed %d", seed).isZero();
        }
    }
}
