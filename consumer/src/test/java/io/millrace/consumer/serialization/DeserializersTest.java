package io.millrace.consumer.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.Unpooled;
import java.util.Random;
import java.util.UUID;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

class DeserializersTest {
    private static final Random RANDOM = new Random(7);

    /** The value comes back from what Kafka's serializer made of it, out of an array and out of the middle of a buffer. */
    private static <T> void check(T value, Serializer<T> kafkas, Deserializer<T> ours) {
        var bytes = kafkas.serialize("t", value);
        assertThat(ours.deserialize("t", bytes)).isEqualTo(value);
        var source = new ByteSource();
        source.wrap(Unpooled.buffer().writeLong(1).writeBytes(bytes).writeLong(1), Long.BYTES, bytes.length);
        assertThat(ours.deserialize("t", null, source)).isEqualTo(value);
        source.wrap(Unpooled.EMPTY_BUFFER, 0, -1);
        assertThat(ours.deserialize("t", null, source)).isNull();
        assertThat(ours.deserialize("t", null)).isNull();
    }

    @Test
    void readWhatKafkasSerializersWrite() {
        for (int i = 0; i < 100; i++) {
            check(RANDOM.nextInt(), new org.apache.kafka.common.serialization.IntegerSerializer(),
                    new IntegerDeserializer());
            check(RANDOM.nextLong(), new org.apache.kafka.common.serialization.LongSerializer(),
                    new LongDeserializer());
            check((short) RANDOM.nextInt(), new org.apache.kafka.common.serialization.ShortSerializer(),
                    new ShortDeserializer());
            check(RANDOM.nextDouble(), new org.apache.kafka.common.serialization.DoubleSerializer(),
                    new DoubleDeserializer());
            check(RANDOM.nextFloat(), new org.apache.kafka.common.serialization.FloatSerializer(),
                    new FloatDeserializer());
            check(UUID.randomUUID(), new org.apache.kafka.common.serialization.UUIDSerializer(),
                    new UUIDDeserializer());
            check("\u00e9\u20ac\ud83d\ude00".repeat(RANDOM.nextInt(100)),
                    new org.apache.kafka.common.serialization.StringSerializer(), new StringDeserializer());
            var bytes = new byte[RANDOM.nextInt(1_000)];
            RANDOM.nextBytes(bytes);
            check(bytes, new org.apache.kafka.common.serialization.ByteArraySerializer(),
                    new ByteArrayDeserializer());
        }
    }

    @Test
    void numbersOfAnotherLengthAreRefusedAndNothingIsReadBeyondTheEnd() {
        assertThatThrownBy(() -> new IntegerDeserializer().deserialize("t", new byte[5]))
                .isInstanceOf(IllegalArgumentException.class).hasMessage("4 bytes expected, not 5");
        var source = new ByteSource();
        source.wrap(Unpooled.buffer().writeLong(1), 0, 4);
        assertThatThrownBy(() -> source.getLong(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> source.getByte(4)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
