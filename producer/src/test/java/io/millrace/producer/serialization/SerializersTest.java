package io.millrace.producer.serialization;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SerializersTest {

    @Test
    void bytesAreKafkas() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 1_000; i++) {
            long number = random.nextLong();
            var name = "seed " + seed;
            assertThat(new LongSerializer().serialize("t", number)).as(name)
                    .isEqualTo(new org.apache.kafka.common.serialization.LongSerializer().serialize("t",
                            number));
            assertThat(new IntegerSerializer().serialize("t", (int) number)).as(name).isEqualTo(
                    new org.apache.kafka.common.serialization.IntegerSerializer().serialize("t",
                            (int) number));
            assertThat(new ShortSerializer().serialize("t", (short) number)).as(name).isEqualTo(
                    new org.apache.kafka.common.serialization.ShortSerializer().serialize("t",
                            (short) number));
            double real = random.nextGaussian();
            assertThat(new DoubleSerializer().serialize("t", real)).as(name)
                    .isEqualTo(new org.apache.kafka.common.serialization.DoubleSerializer().serialize("t",
                            real));
            assertThat(new FloatSerializer().serialize("t", (float) real)).as(name).isEqualTo(
                    new org.apache.kafka.common.serialization.FloatSerializer().serialize("t", (float) real));
            var uuid = new UUID(number, i);
            assertThat(new UUIDSerializer().serialize("t", uuid)).as(name)
                    .isEqualTo(
                            new org.apache.kafka.common.serialization.UUIDSerializer().serialize("t", uuid));
        }
    }

    @Test
    void textIsTheJdksUtf8WhateverItHolds() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 5_000; i++) {
            var text = new StringBuilder();
            for (int length = random.nextInt(40); length > 0; length--) {
                text.append((char) (random.nextBoolean() ? random.nextInt(128)
                        : random.nextInt(3) == 0 ? 0xd800 + random.nextInt(0x800) : random.nextInt(0x10000)));
            }
            assertThat(new StringSerializer().serialize("t", text.toString())).as("seed %d", seed)
                    .isEqualTo(text.toString().getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void nullStaysNullAndBuffersKeepTheirPlace() {
        assertThat(new StringSerializer().serialize("t", null)).isNull();
        assertThat(new ByteArraySerializer().serialize("t", null)).isNull();
        assertThat(new VoidSerializer().serialize("t", null)).isNull();
        var buffer = ByteBuffer.wrap(new byte[] {1, 2, 3, 4}).position(1).limit(3);
        assertThat(new ByteBufferSerializer().serialize("t", buffer)).containsExactly(2, 3);
        assertThat(buffer.position()).isEqualTo(1);
    }
}
