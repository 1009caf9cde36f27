package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AlterConsumerGroupOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compaction as clients see it, in a broker that compacts eagerly. */
class CompactionIT {
    private static final String[] EAGER = {"log.cleaner.backoff.ms=100",
        "log.cleaner.min.cleanable.ratio=0.2",
        "log.segment.delete.delay.ms=0", "offsets.topic.num.partitions=1",
        "offsets.topic.segment.bytes=1048576"};
    private static final int PARTITIONS = 50;
    private static final int COMMITS = Integer.getInteger("millrace.it.commits", 4_000);
    private static final int MOST_UNDER_WAY = 50;
    private static final long MOST_BYTES = 4 << 20;
    private static final Duration COMPACTED_LIMIT = Duration.ofSeconds(30);
    private static final String GROUP = "committing";

    @Test
    void theOffsetsTopicStaysSmallAndGroupsLoadRightFromIt(@TempDir Path dataDir) throws Exception {
        try (var broker = BrokerProcess.start(dataDir, EAGER)) {
            var clients = new JavaClients(broker.bootstrap());
            clients.createTopic("read", PARTITIONS);
            var last = commitOften(clients);
            Deadline.in(COMPACTED_LIMIT).await("the offsets topic to become small",
                    () -> logBytes(dataDir.resolve("__consumer_offsets-0")) <= MOST_BYTES);
            assertThat(committed(clients)).isEqualTo(last);
            Deadline.in(COMPACTED_LIMIT).await("word of it", () -> broker.output().contains("Compacted"));
            assertNothingWasLeftUncompacted(broker);
            broker.kill();
            broker.start();
            assertThat(committed(clients)).isEqualTo(last);
            assertNothingWasLeftUncompacted(broker);
        }
    }

    private static void assertNothingWasLeftUncompacted(BrokerProcess broker) {
        assertThat(broker.output()).doesNotContain("could not be compacted")
                .doesNotContain("not compacted any more");
    }

    private static Map<TopicPartition, OffsetAndMetadata> commitOften(JavaClients clients)
            throws ExecutionException, InterruptedException {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        try (var admin = clients.admin()) {
            var underWay = new ArrayDeque<AlterConsumerGroupOffsetsResult>();
            for (int commit = 0; commit < COMMITS; commit++) {
                for (int partition = 0; partition < PARTITIONS; partition++) {
                    offsets.put(new TopicPartition("read", partition),
                            new OffsetAndMetadata(commit * 100L + partition));
                }
                underWay.add(admin.alterConsumerGroupOffsets(GROUP, offsets));
                if (underWay.size() > MOST_UNDER_WAY) {
                    underWay.poll().all().get();
                }
            }
            for (var one : underWay) {
                one.all().get();
            }
            return JavaClients.get(admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata());
        }
    }

    private static Map<TopicPartition, OffsetAndMetadata> committed(JavaClients clients) {
        try (var admin = clients.admin()) {
            var found = JavaClients
                    .get(admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata());
            assertThat(found).hasSize(PARTITIONS);
            return found;
        }
    }

    private static long logBytes(Path partition) {
        long bytes = 0;
        try (var files = Files.newDirectoryStream(partition, "*.log")) {
            for (var file : files) {
                bytes += Files.size(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes;
    }

    @Test
    void aReaderOfACompactedTopicSeesTheNewestValues(@TempDir Path dataDir) throws Exception {
        try (var broker = BrokerProcess.start(dataDir, EAGER)) {
            var clients = new JavaClients(broker.bootstrap());
            try (var admin = clients.admin()) {
                JavaClients.get(admin.createTopics(List.of(new NewTopic("latest", 1, (short) 1)
                        .configs(Map.of("cleanup.policy", "compact", "segment.bytes", "1048576")))).all());
            }
            var newest = new HashMap<String, String>();
            try (var producer = clients.producer(Map.of("compression.type", "lz4", "linger.ms", 5))) {
                for (int i = 0; i < 40_000; i++) {
                    var key = "key-" + i * 31L % 1_000;
                    var value = i + "-".repeat(200 + i % 50) + Integer.toHexString(i * 0x9E3779B9);
                    newest.put(key, value);
                    producer.send(new ProducerRecord<>("latest", key, value));
                }
                producer.flush();
                assertThatThrownBy(() -> producer.send(new ProducerRecord<>("latest", null, "no key")).get())
                        .hasCauseInstanceOf(InvalidRecordException.class);
            }
            var partition = dataDir.resolve("latest-0");
            Deadline.in(COMPACTED_LIMIT).await("compaction",
                    () -> broker.output().contains("Compacted " + partition));
            try (var consumer = clients.consumer(Map.of())) {
                var seen = new HashMap<String, String>();
                consumer.assign(List.of(new TopicPartition("latest", 0)));
                long count = 0;
                var deadline = Deadline.in(COMPACTED_LIMIT);
                while (!seen.equals(newest) && !deadline.passed()) {
                    for (var record : consumer.poll(Duration.ofMillis(200))) {
                        seen.put(record.key(), record.value());
                        count++;
                    }
                }
                assertThat(seen).isEqualTo(newest);
                assertThat(count).isLessThan(40_000);
            }
        }
    }
}
