package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Random;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordOracleTest {
    private static final int ROUNDS = 25;
    private static final BatchRules RULES = new BatchRules(false, TimestampType.CREATE_TIME, Long.MAX_VALUE,
            3_600_000,
            new RecordLimits(Integer.MAX_VALUE, Long.MAX_VALUE));

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true, true);
    private final RecordCursor cursor = new RecordCursor(allocator);
    private final BatchValidator validator = new BatchValidator(allocator);
    private final BatchBuilder builder = new BatchBuilder(allocator);
    private final RecordBatch batch = new RecordBatch();

    @AfterEach
    void everythingIsGivenBack() {
        cursor.close();
        validator.close();
        builder.close();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void readsAndAcceptsWhatKafkaWrites(Compression codec) {
        for (int round = 0; round < ROUNDS; round++) {
            var records = KafkaRecords.random(random);
            ByteBuf buffer = KafkaRecords.write(codec, records);
            var kafka = KafkaRecords.batch(buffer);

            assertThat(KafkaRecords.describe(cursor.open(batch.wrap(buffer, 0), RecordLimits.NONE)))
                    .as("seed %d", seed).isEqualTo(KafkaRecords.describe(kafka));
            assertThat(validator.check(buffer, 0, buffer.readableBytes(), RULES, KafkaRecords.NOW_MS))
                    .as("seed %d, %s", seed, validator.message()).isEqualTo(ErrorCode.NONE);
            assertThat(validator.maxTimestamp()).isEqualTo(kafka.maxTimestamp());
            assertThat((long) validator.offsetDeltaOfMaxTimestamp())
                    .isEqualTo(Math.max(0, firstWith(records, validator.maxTimestamp())));
            buffer.release();
        }
    }

    private static int firstWith(Iterable<SimpleRecord> records, long timestamp) {
        int index = 0;
        for (var record : records) {
            if (record.timestamp() == timestamp) {
                return index;
            }
            index++;
        }
        return -1;
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void kafkaReadsWhatItWrites(Compression codec) {
        for (int round = 0; round < ROUNDS; round++) {
            var records = KafkaRecords.random(random);
            ByteBuf expected = KafkaRecords.write(Compression.NONE, records);
            builder.begin().compression(codec).producer(5, (short) 1, 9).transactional();
            records.forEach(this::append);
            ByteBuf ours = builder.finish();

            var kafka = KafkaRecords.batch(ours);
            assertThat(KafkaRecords.describe(kafka)).as("seed %d", seed)
                    .isEqualTo(KafkaRecords.describe(KafkaRecords.batch(expected)));
            assertThat(kafka.maxTimestamp()).isEqualTo(KafkaRecords.batch(expected).maxTimestamp());
            assertThat(kafka.producerId()).isEqualTo(5);
            assertThat(kafka.producerEpoch()).isEqualTo((short) 1);
            assertThat(kafka.baseSequence()).isEqualTo(9);
            assertThat(kafka.isTransactional()).isTrue();
            assertThat(kafka.compressionType().id).isEqualTo((byte) codec.id());
            if (codec == Compression.NONE) {
                assertThat(
                        ours.slice(RecordBatch.HEADER_BYTES, ours.readableBytes() - RecordBatch.HEADER_BYTES))
                        .isEqualTo(expected.slice(RecordBatch.HEADER_BYTES,
                                expected.readableBytes() - RecordBatch.HEADER_BYTES));
            }
            ours.release();
            expected.release();
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void rebuildsABatchWithAnotherCodecAndTimestamp(Compression codec) {
        ByteBuf original = KafkaRecords.write(Compression.LZ4, KafkaRecords.random(random));
        batch.wrap(original, 0);
        builder.beginLike(batch).compression(codec).logAppendTime(42);
        cursor.open(batch, RecordLimits.NONE);
        while (cursor.next()) {
            builder.append(cursor);
        }
        ByteBuf rebuilt = builder.finish();

        batch.wrap(original, 0).setLogAppendTime(42);
        assertThat(KafkaRecords.describe(KafkaRecords.batch(rebuilt))).as("seed %d", seed)
                .isEqualTo(KafkaRecords.describe(KafkaRecords.batch(original)));
        original.release();
        rebuilt.release();
    }

    private void append(SimpleRecord record) {
        var headers = new ArrayList<RecordHeader>();
        for (var header : record.headers()) {
            headers.add(new RecordHeader(header.key(),
                    header.value() == null ? null : Bytes.copyOf(header.value())));
        }
        builder.append(record.timestamp(), wrap(record.key()), wrap(record.value()), headers);
    }

    private static ByteBuf wrap(ByteBuffer bytes) {
        return bytes == null ? null : Unpooled.wrappedBuffer(bytes);
    }
}
