package io.millrace.protocol.record;

import static io.millrace.protocol.record.KafkaRecords.NOW_MS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class BatchValidatorTest {
    private static final int MEBIBYTE = 1 << 20;
    private static final RecordLimits LIMITS = new RecordLimits(MEBIBYTE, 4 * MEBIBYTE);
    private static final BatchRules ANY_RULES = new BatchRules(false, TimestampType.CREATE_TIME,
            Long.MAX_VALUE,
            Long.MAX_VALUE, LIMITS);
    private static final BatchRules STRICT_RULES = new BatchRules(true, TimestampType.CREATE_TIME, 1_000,
            2_000,
            LIMITS);
    private static final int MUTATIONS = 3_000;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final PeakAllocator allocator = new PeakAllocator();
    private final BatchValidator validator = new BatchValidator(allocator);
    private final BatchBuilder builder = new BatchBuilder(allocator);
    private final RecordBatch batch = new RecordBatch();

    @AfterEach
    void everythingIsGivenBack() {
        validator.close();
        builder.close();
        assertThat(allocator.liveBuffers()).isZero();
    }

    static Stream<Arguments> badHeaders() {
        return Stream.of(bad("magic 1", ErrorCode.INVALID_RECORD, b -> b.setByte(RecordBatch.MAGIC_AT, 1)),
                bad("base offset", ErrorCode.INVALID_RECORD, b -> b.setLong(RecordBatch.BASE_OFFSET_AT, 5)),
                bad("shorter than sent", ErrorCode.INVALID_RECORD, b -> b.setInt(RecordBatch.LENGTH_AT, 50)),
                bad("length below the header", ErrorCode.CORRUPT_MESSAGE,
                        b -> b.setInt(RecordBatch.LENGTH_AT, 48)),
                bad("negative length", ErrorCode.CORRUPT_MESSAGE, b -> b.setInt(RecordBatch.LENGTH_AT, -1)),
                bad("huge length", ErrorCode.INVALID_RECORD,
                        b -> b.setInt(RecordBatch.LENGTH_AT, Integer.MAX_VALUE)),
                bad("control", ErrorCode.INVALID_RECORD, b -> b.setShort(RecordBatch.ATTRIBUTES_AT, 0x20)),
                bad("delete horizon", ErrorCode.INVALID_RECORD,
                        b -> b.setShort(RecordBatch.ATTRIBUTES_AT, 0x40)),
                bad("log append time", ErrorCode.INVALID_TIMESTAMP,
                        b -> b.setShort(RecordBatch.ATTRIBUTES_AT, 8)),
                bad("codec 5", ErrorCode.UNSUPPORTED_COMPRESSION_TYPE,
                        b -> b.setShort(RecordBatch.ATTRIBUTES_AT, 5)),
                bad("transactional without a producer", ErrorCode.INVALID_RECORD,
                        b -> b.setShort(RecordBatch.ATTRIBUTES_AT, 0x10)),
                bad("producer without a sequence", ErrorCode.INVALID_RECORD,
                        b -> b.setLong(RecordBatch.PRODUCER_ID_AT, 7)),
                bad("count 0", ErrorCode.INVALID_RECORD, b -> b.setInt(RecordBatch.RECORD_COUNT_AT, 0)),
                bad("count differs from last offset", ErrorCode.INVALID_RECORD,
                        b -> b.setInt(RecordBatch.RECORD_COUNT_AT, 4)),
                bad("more records than bytes", ErrorCode.INVALID_RECORD, b -> setCount(b, Integer.MAX_VALUE)),
                bad("fewer records than bytes", ErrorCode.INVALID_RECORD, b -> setCount(b, 2)));
    }

    private static Arguments bad(String name, ErrorCode error, Consumer<ByteBuf> damage) {
        return Arguments.of(name, error, damage);
    }

    private static void setCount(ByteBuf buffer, int count) {
        buffer.setInt(RecordBatch.RECORD_COUNT_AT, count).setInt(RecordBatch.LAST_OFFSET_DELTA_AT, count - 1);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badHeaders")
    void refusesABadHeaderWithKafkasError(String name, ErrorCode error, Consumer<ByteBuf> damage) {
        ByteBuf buffer = threeRecords(Compression.NONE);
        damage.accept(buffer);
        fixCrc(buffer);
        assertThat(validator.check(buffer, 0, buffer.readableBytes(), ANY_RULES, NOW_MS)).isEqualTo(error);
        assertThat(validator.message()).isNotBlank();
        buffer.release();
    }

    @Test
    void refusesMoreRecordsThanALogCanPlace() {
        ByteBuf buffer = threeRecords(Compression.GZIP);
        setCount(buffer, RecordBatch.MOST_RECORDS);
        fixCrc(buffer);
        assertThat(validator.check(buffer, 0, buffer.readableBytes(), ANY_RULES, NOW_MS))
                .isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(validator.message()).startsWith("268435456 records");
        buffer.release();
    }

    @Test
    void refusesABrokenCrcAndTwoBatches() {
        ByteBuf one = threeRecords(Compression.NONE);
        ByteBuf two = Unpooled.copiedBuffer(one, one);
        assertThat(validator.check(two, 0, two.readableBytes(), ANY_RULES, NOW_MS))
                .isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(validator.check(one, 0, 0, ANY_RULES, NOW_MS)).isEqualTo(ErrorCode.INVALID_RECORD);
        one.setInt(RecordBatch.CRC_AT, one.getInt(RecordBatch.CRC_AT) + 1);
        assertThat(validator.check(one, 0, one.readableBytes(), ANY_RULES, NOW_MS))
                .isEqualTo(ErrorCode.CORRUPT_MESSAGE);
        one.release();
        two.release();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void namesEachRecordThatBreaksATopicsRule(Compression codec) {
        ByteBuf key = Unpooled.wrappedBuffer(new byte[3]);
        builder.begin().compression(codec).append(NOW_MS - 1_000, key, null).append(NOW_MS, null, key)
                .append(NOW_MS + 2_000, key, key).append(NOW_MS - 1_001, key, key)
                .append(NOW_MS + 2_001, key, key)
                .append(RecordBatch.NO_TIMESTAMP, key, key);
        ByteBuf buffer = builder.finish();
        assertThat(validator.check(buffer, 0, buffer.readableBytes(), STRICT_RULES, NOW_MS))
                .isEqualTo(ErrorCode.INVALID_TIMESTAMP);
        assertThat(Stream.iterate(0, n -> n < validator.rejectedCount(), n -> n + 1)
                .map(validator::rejectedIndex))
                .containsExactly(1, 3, 4);
        var stamped = new BatchRules(true, TimestampType.LOG_APPEND_TIME, 0, 0, LIMITS);
        assertThat(validator.check(buffer, 0, buffer.readableBytes(), stamped, NOW_MS))
                .isEqualTo(ErrorCode.INVALID_RECORD);
        assertThat(validator.rejectedCount()).isOne();
        assertThat(validator.check(buffer, 0, buffer.readableBytes(), ANY_RULES, NOW_MS))
                .isEqualTo(ErrorCode.NONE);
        assertThat(validator.maxTimestamp()).isEqualTo(NOW_MS + 2_001);
        assertThat(validator.offsetDeltaOfMaxTimestamp()).isEqualTo(4);
        buffer.release();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void refusesABatchCutAtAnyByte(Compression codec) {
        ByteBuf whole = threeRecords(codec);
        for (int size = 0; size < whole.readableBytes(); size++) {
            assertThat(validator.check(whole, 0, size, ANY_RULES, NOW_MS)).isNotEqualTo(ErrorCode.NONE);
            if (size >= RecordBatch.HEADER_BYTES) {
                ByteBuf cut = whole.copy(0, size).setInt(RecordBatch.LENGTH_AT,
                        size - RecordBatch.PREFIX_BYTES);
                fixCrc(cut);
                assertThat(validator.check(cut, 0, size, ANY_RULES, NOW_MS)).as("%d bytes", size)
                        .isEqualTo(ErrorCode.INVALID_RECORD);
                cut.release();
            }
        }
        whole.release();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void acceptsNoMutationThatKafkaCannotRead(Compression codec) {
        ByteBuf whole = threeRecords(codec);
        for (int round = 0; round < MUTATIONS; round++) {
            ByteBuf mutant = whole.copy();
            for (int n = random.nextInt(3); n >= 0; n--) {
                int at = RecordBatch.LAST_OFFSET_DELTA_AT
                        + random.nextInt(mutant.readableBytes() - RecordBatch.LAST_OFFSET_DELTA_AT);
                mutant.setByte(at, random.nextBoolean() ? random.nextInt()
                        : mutant.getByte(at) ^ 1 << random.nextInt(8));
            }
            fixCrc(mutant);
            if (validator.check(mutant, 0, mutant.readableBytes(), ANY_RULES, NOW_MS) == ErrorCode.NONE) {
                assertThatCode(() -> KafkaRecords.describe(KafkaRecords.batch(mutant))).as("seed %d", seed)
                        .doesNotThrowAnyException();
            }
            mutant.release();
        }
        whole.release();
        assertThat(allocator.peakBytes()).isLessThan(4 * MEBIBYTE);
    }

    @ParameterizedTest
    @EnumSource(value = Compression.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void refusesABombInBoundedMemory(Compression codec) {
        ByteBuf zeros = Unpooled.directBuffer().writeZero(64 * MEBIBYTE);
        ByteBuf oneRecord = builder.begin().compression(codec).append(NOW_MS, null, zeros).finish();
        builder.begin().compression(codec);
        for (int i = 0; i < 64; i++) {
            builder.append(NOW_MS, null, zeros.slice(0, MEBIBYTE / 2));
        }
        ByteBuf manyRecords = builder.finish();
        zeros.release();
        allocator.forgetPeak();
        for (ByteBuf bomb : new ByteBuf[] {oneRecord, manyRecords}) {
            assertThat(validator.check(bomb, 0, bomb.readableBytes(), ANY_RULES, NOW_MS))
                    .isEqualTo(ErrorCode.INVALID_RECORD);
            assertThat(validator.message()).contains("limit");
            bomb.release();
        }
        assertThat(allocator.peakBytes()).isLessThanOrEqualTo(4 * MEBIBYTE);
    }

    private ByteBuf threeRecords(Compression codec) {
        ByteBuf key = Unpooled.wrappedBuffer(new byte[] {1, 2, 3});
        ByteBuf value = Unpooled.buffer().writeZero(300).writeLong(seed);
        return builder.begin().compression(codec).append(NOW_MS, key, value).append(NOW_MS + 70, null, value)
                .append(NOW_MS + 9_000, key, null, List.of(new RecordHeader("h", null))).finish();
    }

    private void fixCrc(ByteBuf buffer) {
        if (batch.wrap(buffer, 0).isWhole(buffer.writerIndex())) {
            buffer.setInt(RecordBatch.CRC_AT, batch.computeCrc());
        }
    }
}
