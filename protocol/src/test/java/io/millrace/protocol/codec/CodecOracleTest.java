package io.millrace.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.millrace.protocol.wire.ApiKey;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.EnumSet;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.common.protocol.Message;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every message in every version against the classes of kafka-clients: the same bytes both ways. */
class CodecOracleTest {
    private static final int ROUNDS = 25;

    @Test
    void everyApiHasItsMessages() throws Exception {
        var missing = EnumSet.allOf(ApiKey.class);
        missing.remove(ApiKey.PRODUCE); // written by hand
        missing.remove(ApiKey.FETCH);
        missing.removeIf(ApiKey::isOurs);
        for (var type : Messages.all()) {
            if (!type.isAnnotationPresent(Schema.class)) {
                missing.remove(type.getEnclosingClass().getAnnotation(Api.class).value());
            }
        }
        assertThat(missing).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> writesWhatKafkaWritesAndReadsItBack() throws Exception {
        return each(CodecOracleTest::writeAndRead);
    }

    @TestFactory
    Stream<DynamicTest> readsWhatKafkaWritesAndWritesItAgain() throws Exception {
        return each((type, version, random) -> {
            var kafkaType = KafkaMessages.classOf(type);
            byte[] drawn = new KafkaSchemas(random).next(kafkaType, version);
            byte[] canonical = KafkaMessages.write(KafkaMessages.read(kafkaType, drawn, version), version);
            assertThat(rewrite(type, version, canonical)).isEqualTo(canonical);
        });
    }

    private static <T> void writeAndRead(Class<T> type, int version, Random random) throws Exception {
        boolean mayFail = random.nextBoolean();
        boolean flexible = MessageVersions.of(type).isFlexible(version);
        T value = new RandomRecords(random, version, flexible, mayFail).next(type);
        byte[] theirs = null;
        Message kafka = KafkaMessages.fromOurs(value, KafkaMessages.classOf(type));
        try {
            theirs = KafkaMessages.write(kafka, version);
        } catch (RuntimeException e) {
            assertThat(mayFail).as("kafka-clients refuses %s: %s", value, e).isTrue();
        }
        var out = Unpooled.buffer();
        try {
            Codec.of(type, version).write(value, out);
        } catch (IllegalArgumentException e) {
            assertThat(theirs).as("we refuse %s: %s", value, e.getMessage()).isNull();
            assertThat(out.isReadable()).isFalse();
            return;
        }
        byte[] ours = ByteBufUtil.getBytes(out);
        assertThat(ours).as("%s", value).isEqualTo(theirs);
        T read = Codec.of(type, version).read(out);
        assertThat(out.isReadable()).isFalse();
        assertThat(read)
                .isEqualTo(KafkaMessages
                        .toOurs(KafkaMessages.read(KafkaMessages.classOf(type), ours, version), type));
        assertThat(rewrite(type, version, ours)).isEqualTo(ours);
    }

    private static <T> byte[] rewrite(Class<T> type, int version, byte[] bytes) {
        var in = Unpooled.wrappedBuffer(bytes);
        T value = Codec.of(type, version).read(in);
        assertThat(in.isReadable()).isFalse();
        var out = Unpooled.buffer();
        Codec.of(type, version).write(value, out);
        return ByteBufUtil.getBytes(out);
    }

    private static Stream<DynamicTest> each(Check check) throws Exception {
        return Messages.all().stream().flatMap(type -> {
            var versions = MessageVersions.of(type);
            return Stream.iterate(versions.lowest(), version -> version + 1)
                    .limit(versions.highest() - versions.lowest() + 1L)
                    .map(version -> DynamicTest.dynamicTest(
                            Codec.of(type, version).toString(), () -> repeat(type, version, check)));
        });
    }

    private static void repeat(Class<?> type, int version, Check check) {
        long firstSeed = System.nanoTime();
        for (long seed = firstSeed; seed < firstSeed + ROUNDS; seed++) {
            try {
                check.run(type, version, new Random(seed));
            } catch (Exception | AssertionError e) {
                fail("seed " + seed, e);
            }
        }
    }

    private interface Check {
        void run(Class<?> type, int version, Random random) throws Exception;
    }
}
