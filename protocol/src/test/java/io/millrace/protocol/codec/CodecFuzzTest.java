package io.millrace.protocol.codec;

import static org.assertj.core.api.Assertions.fail;

import io.millrace.protocol.Fuzz;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CodecFuzzTest {

    @Test
    void everyCodecRefusesDamageAndSetsNoMemoryAsideForIt() throws Exception {
        for (var type : Messages.all()) {
            var versions = MessageVersions.of(type);
            for (int version = versions.lowest(); version <= versions.highest(); version++) {
                fuzz(type, version, versions.isFlexible(version));
            }
        }
    }

    private static <T> void fuzz(Class<T> type, int version, boolean flexible) throws Exception {
        var codec = Codec.of(type, version);
        long seed = System.nanoTime();
        var random = new Random(seed);
        try {
            for (int round = 0; round < 3; round++) {
                var out = Unpooled.buffer();
                T value = new RandomRecords(random, version, flexible, false).next(type);
                codec.write(value, out);
                if (out.readableBytes() < 3000) {
                    var sound = ByteBufUtil.getBytes(out);
                    Fuzz.truncate(sound, codec::read);
                    Fuzz.damage(sound, random, codec::read);
                }
            }
        } catch (AssertionError e) {
            fail(codec + ", seed " + seed, e);
        }
    }
}
