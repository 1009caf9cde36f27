package io.millrace.producer.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.record.Compression;
import io.millrace.protocol.record.Headers;
import io.millrace.protocol.wire.ApiException;
import io.netty.buffer.ByteBufUtil;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PartitionQueueTest {
    private static final TopicPartition PARTITION = new TopicPartition("t", 3);
    private static final int BATCH_BYTES = 1024;
    private static final int MEMORY_BYTES = 64 << 20;

    private final BatchPool pool = new BatchPool(MEMORY_BYTES, BATCH_BYTES);

    private PartitionQueue queue(BatchPool memory) {
        return new PartitionQueue(PARTITION, memory, System::nanoTime, queue -> {});
    }

    private static RecordParts record(byte[] key, long value, Headers headers) {
        var parts = new RecordParts();
        parts.reset();
        if (key == null) {
            parts.key().putNull();
        } else {
            parts.key().wrap(key, 0, key.length);
        }
        parts.value().putLong(value);
        parts.headers(headers);
        return parts;
    }

    /** Takes all batches, each as Kafka's own classes read it, and gives their memory back. */
    private static void takeAll(PartitionQueue queue, BatchPool memory, Compression compression,
            Consumer<Record> reader) {
        for (var batch = queue.peek(); batch != null; batch = queue.peek()) {
            batch.seal();
            assertThat(batch.isComplete()).isTrue();
            queue.take();
            batch.finish(compression, compression.defaultLevel());
            batch.stamp(5, (short) 1, 17);
            var content = batch.retainedContent();
            var records = MemoryRecords.readableRecords(ByteBuffer.wrap(ByteBufUtil.getBytes(content)));
            content.release();
            var read = records.batches().iterator().next();
            read.ensureValid();
            assertThat(read.producerId()).isEqualTo(5);
            assertThat(read.baseSequence()).isEqualTo(17);
            long maxTimestamp = Long.MIN_VALUE;
            for (var each : read) {
                reader.accept(each);
                maxTimestamp = Math.max(maxTimestamp, each.timestamp());
            }
            assertThat(read.maxTimestamp()).isEqualTo(maxTimestamp);
            batch.acknowledge(queue.destination(), 1_000, -1);
            batch.free(memory);
        }
    }

    @Test
    void everyRecordOfManyThreadsIsInOneBatchOnceAndInTheOrderOfItsThread() throws Exception {
        int threads = 4;
        int each = 5_000;
        var queue = queue(pool);
        var running = new ArrayList<Thread>();
        for (int t = 0; t < threads; t++) {
            long first = (long) t * each;
            var thread = new Thread(() -> {
                for (int i = 0; i < each; i++) {
                    queue.append(1_000 + i % 7, record(null, first + i, null), null, 0);
                }
            });
            running.add(thread);
            thread.start();
        }
        for (var thread : running) {
            thread.join();
        }
        var last = new long[threads];
        java.util.Arrays.fill(last, -1);
        var seen = new HashSet<Long>();
        takeAll(queue, pool, Compression.NONE, each1 -> {
            long value = each1.value().getLong();
            int thread = (int) (value / each);
            assertThat(seen.add(value)).isTrue();
            assertThat(value).isGreaterThan(last[thread]);
            last[thread] = value;
        });
        assertThat(seen).hasSize(threads * each);
        assertThat(pool.availableBytes()).isEqualTo(MEMORY_BYTES);
    }

    @Test
    void kafkaReadsKeysHeadersAndTimestampsInEveryCompression() {
        for (var compression : Compression.values()) {
            var queue = queue(pool);
            var headers = new Headers().add("h\u00e9", new byte[] {1, 2}).add("none", null);
            queue.append(5_000, record(new byte[] {7}, 1, headers), null, 0);
            queue.append(4_000, record(null, 2, null), null, 0);
            var read = new ArrayList<String>();
            takeAll(queue, pool, compression,
                    record -> read.add(record.timestamp() + " " + record.keySize() + " "
                            + record.value().getLong() + " " + record.headers().length
                            + (record.headers().length > 0
                                    ? record.headers()[0].key() + Arrays.toString(record.headers()[1].value())
                                    : "")));
            assertThat(read).as("%s", compression).containsExactly("5000 1 1 2h\u00e9null", "4000 -1 2 0");
        }
    }

    @Test
    void deliveryLearnsOffsetTimestampAndSizesOfItsRecord() {
        var queue = queue(pool);
        var told = new ArrayList<String>();
        for (int i = 0; i < 300; i++) {
            int number = i;
            queue.append(9_000 - i, record(new byte[i % 3], i, null), i % 2 == 0 ? null : new Delivery() {
                @Override
                public void acknowledged(TopicPartition partition, long offset, long timestampMs,
                        int keyBytes,
                        int valueBytes) {
                    if (partition != PARTITION || timestampMs != 9_000 - number || keyBytes != number % 3
                            || valueBytes != 8 || offset < 1_000) {
                        told.add("wrong: " + number);
                    }
                    told.add("");
                }

                @Override
                public void failed(TopicPartition partition, RuntimeException failure) {
                    told.add("failed");
                }
            }, 0);
        }
        takeAll(queue, pool, Compression.NONE, record -> {});
        assertThat(told).hasSize(150).containsOnly("");
    }

    @Test
    void recordLargerThanABatchGetsOneOfItsOwnAndFullMemoryIsAnError() {
        var small = new BatchPool(8 * BATCH_BYTES, BATCH_BYTES);
        var queue = queue(small);
        queue.append(1, record(new byte[3_000], 1, null), null, 0);
        queue.append(1, record(new byte[3_000], 2, null), null, 0);
        assertThatThrownBy(() -> queue.append(1, record(new byte[3_000], 3, null), null,
                TimeUnit.MILLISECONDS.toNanos(20))).isInstanceOf(ApiException.class)
                .hasMessageContaining("buffer.memory");
        assertThatThrownBy(() -> queue.append(1, record(new byte[9_000], 3, null), null, 0))
                .isInstanceOf(ApiException.class).hasMessageContaining("does not fit into buffer.memory");
        var values = new ArrayList<Long>();
        takeAll(queue, small, Compression.NONE, record -> values.add(record.value().getLong()));
        assertThat(values).containsExactly(1L, 2L);
        assertThat(small.availableBytes()).isEqualTo(8 * BATCH_BYTES);
    }

    @Test
    void appendingAllocatesNothingPerRecord() {
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        var memory = new BatchPool(MEMORY_BYTES, 1 << 20);
        var queue = queue(memory);
        var record = record(new byte[10], 1, null);
        Delivery delivery = List.<Delivery>of(new Quiet()).get(0);
        int count = 100_000;
        appendAndFree(queue, memory, record, delivery, count);
        long before = threads.getCurrentThreadAllocatedBytes();
        appendAndFree(queue, memory, record, delivery, count);
        double bytesPerRecord = (threads.getCurrentThreadAllocatedBytes() - before) / (double) count;
        assertThat(bytesPerRecord).isLessThan(1);
    }

    private static void appendAndFree(PartitionQueue queue, BatchPool memory, RecordParts record,
            Delivery delivery, int count) {
        for (int i = 0; i < count; i++) {
            queue.append(1_000, record, delivery, 0);
        }
        for (var batch = queue.peek(); batch != null; batch = queue.peek()) {
            batch.seal();
            queue.take();
            batch.acknowledge(queue.destination(), 0, -1);
            batch.free(memory);
        }
    }

    private static final class Quiet implements Delivery {
        @Override
        public void acknowledged(TopicPartition partition, long offset, long timestampMs, int keyBytes,
                int valueBytes) {}

        @Override
        public void failed(TopicPartition partition, RuntimeException failure) {}
    }
}
