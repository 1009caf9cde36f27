package io.millrace.broker.log.segment;

import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Batches for tests, encoded by Kafka's client library; each refining method answers a new one. */
public record TestBatch(
        long baseOffset,
        int records,
        int valueBytes,
        long timestampMs,
        int leaderEpoch,
        Producer producer) {

    public record Producer(long id, short epoch, int sequence) {}

    /** So that no batch ends in a zero byte, which a blank tail would complete. */
    private static final Header[] TRAILER = {new RecordHeader("h", new byte[] {'v'})};
    private static final Producer NOBODY = new Producer(RecordBatch.NO_PRODUCER_ID,
            RecordBatch.NO_PRODUCER_EPOCH, RecordBatch.NO_SEQUENCE);

    public static TestBatch of(int records) {
        return new TestBatch(0, records, 10, 1_000, 0, NOBODY);
    }

    public TestBatch at(long offset) {
        return new TestBatch(offset, records, valueBytes, timestampMs, leaderEpoch, producer);
    }

    public TestBatch valueBytes(int bytes) {
        return new TestBatch(baseOffset, records, bytes, timestampMs, leaderEpoch, producer);
    }

    public TestBatch timestampMs(long ms) {
        return new TestBatch(baseOffset, records, valueBytes, ms, leaderEpoch, producer);
    }

    public TestBatch leaderEpoch(int epoch) {
        return new TestBatch(baseOffset, records, valueBytes, timestampMs, epoch, producer);
    }

    public TestBatch from(long producerId, int epoch, int sequence) {
        return new TestBatch(baseOffset, records, valueBytes, timestampMs, leaderEpoch,
                new Producer(producerId, (short) epoch, sequence));
    }

    public ByteBuf encode() {
        var list = new SimpleRecord[records];
        byte[] value = new byte[valueBytes];
        Arrays.fill(value, (byte) 'v');
        for (int i = 0; i < records; i++) {
            list[i] = new SimpleRecord(timestampMs, null, value, TRAILER);
        }
        var memory = producer == NOBODY
                ? MemoryRecords.withRecords(baseOffset, Compression.NONE, leaderEpoch, list)
                : MemoryRecords.withIdempotentRecords(baseOffset, Compression.NONE, producer.id,
                        producer.epoch,
                        producer.sequence, leaderEpoch, list);
        return Unpooled.wrappedBuffer(memory.buffer());
    }

    public RecordBatch view() {
        return new RecordBatch().wrap(encode(), 0);
    }
}
