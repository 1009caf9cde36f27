package io.millrace.broker.request.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.request.TestCluster;
import io.millrace.protocol.data.ProducedPartition;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.record.internal.CompressionType;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.Record;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What Kafka's own classes make of the batches that a topic with a codec of its own stores. */
class RecompressionTest {
    private static final long PRODUCER_ID = 4_711;
    private static final short EPOCH = 3;
    private static final int ROUNDS = 40;

    @TempDir Path folder;
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private TestCluster cluster;
    private TestProducer producer;

    @BeforeEach
    void start() throws IOException {
        cluster = new TestCluster(folder);
        producer = new TestProducer(cluster);
    }

    @AfterEach
    void close() throws IOException {
        cluster.close();
    }

    private record Sent(CompressionType codec, int sequence, SimpleRecord[] records) {}

    private List<Sent> randomBatches() {
        var all = new ArrayList<Sent>();
        int sequence = 0;
        for (int round = 0; round < ROUNDS; round++) {
            var records = new SimpleRecord[1 + random.nextInt(round % 10 == 9 ? 2_000 : 30)];
            for (int i = 0; i < records.length; i++) {
                records[i] = randomRecord();
            }
            var codecs = CompressionType.values();
            all.add(new Sent(codecs[random.nextInt(codecs.length)], sequence, records));
            sequence += records.length;
        }
        return all;
    }

    private SimpleRecord randomRecord() {
        var headers = new Header[random.nextInt(3)];
        for (int i = 0; i < headers.length; i++) {
            headers[i] = new RecordHeader("header" + i, random.nextBoolean() ? randomBytes(20) : null);
        }
        var key = random.nextInt(4) == 0 ? null : randomBytes(30);
        var value = random.nextInt(4) == 0 ? null : randomBytes(300);
        return new SimpleRecord(System.currentTimeMillis() - random.nextInt(1_000_000), key, value, headers);
    }

    private byte[] randomBytes(int most) {
        var bytes = new byte[random.nextInt(most)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) random.nextInt(5);
        }
        return bytes;
    }

    private CompletableFuture<ProducedPartition> send(String topic, Sent batch) {
        var records = MemoryRecords.withIdempotentRecords(Compression.of(batch.codec).build(), PRODUCER_ID,
                EPOCH, batch.sequence, batch.records);
        return producer.send(topic, 0, Unpooled.wrappedBuffer(records.buffer()));
    }

    private List<ProducedPartition> sendAll(String topic, List<Sent> batches) {
        return batches.stream().map(batch -> send(topic, batch)).toList().stream().map(TestCluster::await)
                .toList();
    }

    private interface Check {
        void check(RecordBatch stored, Sent sent);
    }

    private void compare(String topic, List<Sent> sent, TimestampType timestamps, Check check)
            throws IOException {
        var file = folder.resolve(topic + "-0").resolve("00000000000000000000.log");
        int end = (int) cluster.partition(topic, 0).log().sizeInBytes();
        long offset = 0;
        var stored = MemoryRecords.readableRecords(ByteBuffer.wrap(Files.readAllBytes(file), 0, end));
        var next = sent.iterator();
        for (var batch : stored.batches()) {
            var original = next.next();
            batch.ensureValid();
            check.check(batch, original);
            assertThat(batch.baseOffset()).isEqualTo(offset);
            assertThat(batch.baseSequence()).isEqualTo(original.sequence);
            assertThat(batch.producerId()).isEqualTo(PRODUCER_ID);
            assertThat(batch.producerEpoch()).isEqualTo(EPOCH);
            assertThat(batch.partitionLeaderEpoch()).isEqualTo(5);
            assertThat(batch.timestampType()).isEqualTo(timestamps);
            for (var record : batch) {
                compare(record, original.records[(int) (offset - batch.baseOffset())]);
                assertThat(record.offset()).isEqualTo(offset++);
                assertThat(record.timestamp()).isEqualTo(timestamps == TimestampType.LOG_APPEND_TIME
                        ? batch.maxTimestamp()
                        : original.records[(int) (record.offset() - batch.baseOffset())].timestamp());
            }
        }
        assertThat(next.hasNext()).as("seed %d", seed).isFalse();
    }

    private static void compare(Record stored, SimpleRecord sent) {
        assertThat(stored.key()).isEqualTo(sent.key());
        assertThat(stored.value()).isEqualTo(sent.value());
        assertThat(stored.headers()).isEqualTo(sent.headers());
    }

    @ParameterizedTest
    @CsvSource({"uncompressed,none", "gzip,gzip", "snappy,snappy", "lz4,lz4", "zstd,zstd"})
    void everyBatchIsStoredInTheTopicsCodecInTheOrderSent(String type, String codec) throws IOException {
        cluster.createTopic("orders", 1, TestCluster.OWN_ID, Map.of("compression.type", type));
        var sent = randomBatches();
        assertThat(sendAll("orders", sent)).as("seed %d", seed)
                .allMatch(answer -> answer.errorCode() == ErrorCode.NONE);
        compare("orders", sent, TimestampType.CREATE_TIME,
                (stored, original) -> assertThat(stored.compressionType()).as("seed %d", seed)
                        .isEqualTo(CompressionType.forName(codec)));
    }

    @Test
    void aTopicWithoutACodecOfItsOwnKeepsWhatWasSent() throws IOException {
        cluster.createTopic("orders", 1, TestCluster.OWN_ID, Map.of());
        var sent = randomBatches();
        sendAll("orders", sent);
        compare("orders", sent, TimestampType.CREATE_TIME,
                (stored, original) -> assertThat(stored.compressionType()).isEqualTo(original.codec));
    }

    @Test
    void theBrokersTimeIsStampedOnARewrittenBatchToo() throws IOException {
        cluster.createTopic("orders", 1, TestCluster.OWN_ID,
                Map.of("compression.type", "zstd", "message.timestamp.type", "LogAppendTime"));
        var sent = randomBatches();
        var answers = sendAll("orders", sent);
        var stamps = answers.stream().map(ProducedPartition::logAppendTimeMs).iterator();
        compare("orders", sent, TimestampType.LOG_APPEND_TIME,
                (stored, original) -> assertThat(stored.maxTimestamp()).isEqualTo(stamps.next()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "uncompressed"})
    void aRepeatedBatchIsAnsweredWithItsFirstPlace(String type) {
        cluster.createTopic("orders", 1, TestCluster.OWN_ID, Map.of("compression.type", type));
        var sent = randomBatches().subList(0, 5);
        var twice = new ArrayList<>(sent);
        twice.addAll(sent);
        var answers = sendAll("orders", twice);
        assertThat(answers.subList(5, 10)).as("seed %d", seed)
                .extracting(ProducedPartition::baseOffset)
                .isEqualTo(answers.subList(0, 5).stream().map(ProducedPartition::baseOffset).toList());
    }

    @Test
    void aBatchThatGrowsBeyondTheTopicsLimitIsRefusedAndItsSuccessorsAreOutOfTurn() {
        cluster.createTopic("orders", 1, TestCluster.OWN_ID,
                Map.of("compression.type", "uncompressed", "max.message.bytes", "10000"));
        var large = new SimpleRecord(System.currentTimeMillis(), new byte[1], new byte[12_000]);
        var small = new SimpleRecord(System.currentTimeMillis(), new byte[1], new byte[10]);
        var answers = sendAll("orders", List.of(
                new Sent(CompressionType.GZIP, 0, new SimpleRecord[] {small}),
                new Sent(CompressionType.GZIP, 1, new SimpleRecord[] {large}),
                new Sent(CompressionType.NONE, 2, new SimpleRecord[] {small})));
        assertThat(answers).extracting(ProducedPartition::errorCode).containsExactly(ErrorCode.NONE,
                ErrorCode.MESSAGE_TOO_LARGE, ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    }
}
