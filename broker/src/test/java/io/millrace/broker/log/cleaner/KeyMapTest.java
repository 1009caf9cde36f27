package io.millrace.broker.log.cleaner;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.HashMap;
import java.util.Random;
import org.junit.jupiter.api.Test;

class KeyMapTest {
    private static ByteBuf key(long number) {
        return Unpooled.buffer().writeByte(9).writeLong(number);
    }

    @Test
    void hashesAsTheAuthorsOfSipHashDo() {
        var hash = new KeyHash(0x0706050403020100L, 0x0f0e0d0c0b0a0908L);
        var bytes = Unpooled.buffer();
        for (int i = 0; i < 64; i++) {
            bytes.writeByte(i);
        }
        hash.hash(bytes, 0, 0);
        assertThat(hash.low()).isEqualTo(Long.reverseBytes(0xa3817f04ba25a8e6L));
        assertThat(hash.high()).isEqualTo(Long.reverseBytes(0x6df67214c7550293L));
        hash.hash(bytes, 0, 1);
        assertThat(hash.low()).isEqualTo(Long.reverseBytes(0xda87c1d86b99af44L));
        assertThat(hash.high()).isEqualTo(Long.reverseBytes(0x347659119b22fc45L));
    }

    @Test
    void remembersTheNewestOffsetOfEachKeyUntilItIsFull() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var model = new HashMap<Long, Long>();
        try (var map = new KeyMap(1000 * KeyMap.SLOT_BYTES, 0.9, Long.MAX_VALUE >>> 1)) {
            assertThat(map.sizeInBytes()).isEqualTo(1000 * KeyMap.SLOT_BYTES);
            for (long offset = 0; model.size() < 900; offset++) {
                long number = random.nextInt(1200);
                assertThat(map.put(key(number), 1, 8, offset)).as("seed %d", seed).isTrue();
                model.put(number, offset);
            }
            assertThat(map.keyCount()).isEqualTo(900);
            long more = model.keySet().iterator().next();
            assertThat(map.put(key(5_000), 1, 8, 70_000)).as("seed %d", seed).isFalse();
            assertThat(map.put(key(more), 1, 8, 70_001)).as("a key that is there has room").isTrue();
            model.put(more, 70_001L);
            for (long number = 0; number < 1300; number++) {
                assertThat(map.offsetOf(key(number), 1, 8)).as("seed %d", seed)
                        .isEqualTo(model.getOrDefault(number, KeyMap.ABSENT));
            }
        }
    }

    @Test
    void isNoLargerThanTheKeysCanNeed() {
        try (var map = new KeyMap(128 << 20, 0.9, 1_000_000)) {
            assertThat(map.sizeInBytes()).isBetween(24_000_000, 27_000_000);
        }
    }
}
