package io.millrace.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.DefaultRecordBatch;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordBatchTest {
    private static final int PADDING_BYTES = 7;
    private static final int LAST_SEQUENCE_BEFORE_WRAP = Integer.MAX_VALUE - 1;

    static Stream<ByteBuf> everyKindOfBuffer() {
        byte[] bytes = batchFromKafka();
        ByteBuf composite = Unpooled.compositeBuffer()
                .addComponent(true, Unpooled.wrappedBuffer(bytes, 0, 40))
                .addComponent(true, Unpooled.wrappedBuffer(bytes, 40, bytes.length - 40));
        return Stream.of(
                Unpooled.wrappedBuffer(bytes.clone()),
                Unpooled.directBuffer().writeBytes(bytes),
                PooledByteBufAllocator.DEFAULT.directBuffer().writeBytes(bytes),
                PooledByteBufAllocator.DEFAULT.heapBuffer().writeZero(1).writeBytes(bytes).slice(1,
                        bytes.length),
                composite);
    }

    private static byte[] batchFromKafka() {
        var records = MemoryRecords.withTransactionalRecords(0L, Compression.NONE, 77L, (short) 3,
                LAST_SEQUENCE_BEFORE_WRAP, 9, new SimpleRecord(1000, utf8("k"), utf8("v")),
                new SimpleRecord(1005, null, utf8("w")), new SimpleRecord(1002, utf8("x"), null));
        var bytes = new byte[PADDING_BYTES + records.sizeInBytes()];
        records.buffer().get(bytes, PADDING_BYTES, records.sizeInBytes());
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("everyKindOfBuffer")
    void readsEveryHeaderFieldAsKafkaWroteIt(ByteBuf buffer) {
        var batch = new RecordBatch().wrap(buffer, PADDING_BYTES);
        var kafka = kafkaView(buffer);

        assertThat(batch.isWhole(buffer.writerIndex())).isTrue();
        assertThat(batch.isWhole(buffer.writerIndex() - 1)).isFalse();
        assertThat(batch.sizeInBytes()).isEqualTo(kafka.sizeInBytes());
        assertThat(batch.baseOffset()).isEqualTo(kafka.baseOffset());
        assertThat(batch.lastOffset()).isEqualTo(kafka.lastOffset()).isEqualTo(2);
        assertThat(batch.nextOffset()).isEqualTo(kafka.nextOffset());
        assertThat(batch.partitionLeaderEpoch()).isEqualTo(kafka.partitionLeaderEpoch()).isEqualTo(9);
        assertThat(batch.magic()).isEqualTo(RecordBatch.MAGIC);
        assertThat(Integer.toUnsignedLong(batch.crc())).isEqualTo(kafka.checksum());
        assertThat(batch.isCrcValid()).isTrue();
        assertThat(batch.baseTimestamp()).isEqualTo(1000);
        assertThat(batch.maxTimestamp()).isEqualTo(kafka.maxTimestamp()).isEqualTo(1005);
        assertThat(batch.producerId()).isEqualTo(77);
        assertThat(batch.producerEpoch()).isEqualTo((short) 3);
        assertThat(batch.baseSequence()).isEqualTo(LAST_SEQUENCE_BEFORE_WRAP);
        assertThat(batch.lastSequence()).isEqualTo(kafka.lastSequence()).isZero();
        assertThat(batch.recordCount()).isEqualTo(3);
        assertThat(batch.isTransactional()).isTrue();
        assertThat(batch.isControl()).isFalse();
        assertThat(batch.hasDeleteHorizon()).isFalse();
        assertThat(batch.timestampType()).isEqualTo(TimestampType.CREATE_TIME);
        buffer.release();
    }

    @ParameterizedTest
    @MethodSource("everyKindOfBuffer")
    void settersKeepTheCrcValid(ByteBuf buffer) {
        var batch = new RecordBatch().wrap(buffer, PADDING_BYTES);
        int crcAsSent = batch.crc();

        batch.setBaseOffset(1L << 40);
        batch.setPartitionLeaderEpoch(12);
        batch.setMaxTimestamp(TimestampType.CREATE_TIME, 1005);
        assertThat(batch.crc()).isEqualTo(crcAsSent);

        batch.setLogAppendTime(5_000);
        var kafka = kafkaView(buffer);
        kafka.ensureValid();
        assertThat(kafka.baseOffset()).isEqualTo(1L << 40);
        assertThat(kafka.lastOffset()).isEqualTo((1L << 40) + 2);
        assertThat(kafka.partitionLeaderEpoch()).isEqualTo(12);
        assertThat(kafka.maxTimestamp()).isEqualTo(5_000);
        assertThat(kafka.timestampType().name).isEqualTo(TimestampType.LOG_APPEND_TIME.settingValue());
        assertThat(batch.timestampType()).isEqualTo(TimestampType.LOG_APPEND_TIME);

        buffer.setByte(buffer.writerIndex() - 1, buffer.getByte(buffer.writerIndex() - 1) ^ 1);
        assertThat(batch.isCrcValid()).isFalse();
        buffer.release();
    }

    private static DefaultRecordBatch kafkaView(ByteBuf buffer) {
        var bytes = new byte[buffer.writerIndex() - PADDING_BYTES];
        buffer.getBytes(PADDING_BYTES, bytes);
        return (DefaultRecordBatch) MemoryRecords.readableRecords(ByteBuffer.wrap(bytes)).firstBatch();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
