package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that die under a broker in use: ext4 file systems that are shut down, which takes root. */
class FailingDiskIT {
    private static final int PARTITIONS = 4;
    private static final int GROUPS = 8;
    private static final String OFFSETS = "__consumer_offsets";
    private static final String SYNCED = "synced";
    private static final String LAZY = "lazy";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir Path root;
    private final Map<TopicPartition, AtomicLong> acknowledged = new ConcurrentHashMap<>();
    private final AtomicBoolean isOver = new AtomicBoolean();

    @Test
    void partitionsOfADeadDiskGoOfflineOthersServeOnAndWhatWasForcedIsThereLater() throws IOException {
        var sound = Files.createDirectory(root.resolve("sound"));
        try (var mount = TestMount.ext4(root, 64);
                var broker = BrokerProcess.start(sound, "log.dirs=" + sound + "," + mount.folder())) {
            var clients = new JavaClients(broker.bootstrap());
            createTopics(clients);
            Deadline.in(LIMIT).await("a folder of each partition",
                    () -> partitionsIn(sound).size() + partitionsIn(mount.folder()).size() == 2 * PARTITIONS);
            var dead = partitionsIn(mount.folder());
            assertThat(dead).as("the partitions on one of two directories").hasSize(PARTITIONS);
            var load = CompletableFuture.runAsync(() -> produceUntilOver(clients));
            awaitRecords(200);

            mount.shutDown();
            Deadline.in(LIMIT).await("the broker's word on the disk",
                    () -> broker.output().contains("The disk of " + mount.folder() + " failed"));
            var before = Map.copyOf(counts());
            Deadline.in(LIMIT).await("records on the other disk", () -> counts().entrySet().stream()
                    .filter(entry -> !dead.contains(entry.getKey()))
                    .allMatch(entry -> entry.getValue() > before.get(entry.getKey()) + 50));
            assertThat(broker.isAlive()).isTrue();
            awaitLeaderless(clients, dead);
            isOver.set(true);
            load.join();

            broker.stop();
            mount.unmount();
            mount.mountAgain();
            broker.start();
            for (var partition : acknowledged.keySet()) {
                if (partition.topic().equals(SYNCED) || !dead.contains(partition)) {
                    assertThat(readAll(clients, partition)).as("records of %s", partition)
                            .isGreaterThanOrEqualTo(acknowledged.get(partition).get());
                }
            }
        }
    }

    @Test
    void whenTheOnlyDiskDiesTheBrokerStopsAndSaysWhy() {
        try (var mount = TestMount.ext4(root, 64); var broker = BrokerProcess.start(mount.folder())) {
            var clients = new JavaClients(broker.bootstrap());
            createTopics(clients);
            var load = CompletableFuture.runAsync(() -> produceUntilOver(clients));
            awaitRecords(100);
            mount.shutDown();
            Deadline.in(LIMIT).await("the end of the broker", () -> !broker.isAlive());
            isOver.set(true);
            load.join();
            assertThat(broker.exitCode()).isEqualTo(1);
            assertThat(broker.output()).contains(mount.folder().toString(), "The broker stops");
        }
    }

    @Test
    void committedOffsetsOutliveTheirDisksDeathWhenTheirTopicIsForcedWithEachCommit() throws IOException {
        var sound = Files.createDirectory(root.resolve("sound"));
        var subject = new TopicPartition(LAZY, 0);
        try (var mount = TestMount.ext4(root, 64);
                var broker = BrokerProcess.start(sound, "log.dirs=" + sound + "," + mount.folder(),
                        "offsets.topic.num.partitions=" + PARTITIONS)) {
            var clients = new JavaClients(broker.bootstrap());
            clients.createTopic(LAZY, 1);
            try (var admin = clients.admin()) {
                commit(admin, subject, 1);
                JavaClients.get(admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, OFFSETS),
                        List.of(new AlterConfigOp(new ConfigEntry("flush.messages", "1"),
                                AlterConfigOp.OpType.SET))))
                        .all());
                commit(admin, subject, 2);
            }
            try (var dead = Files.newDirectoryStream(mount.folder(), OFFSETS + "-*")) {
                assertThat(dead).as("the partitions on one of two directories").isNotEmpty();
            }
            mount.shutDown();
            broker.kill();
            mount.unmount();
            mount.mountAgain();
            broker.start();
            try (var admin = clients.admin()) {
                for (int group = 0; group < GROUPS; group++) {
                    var found = JavaClients.get(admin.listConsumerGroupOffsets("group-" + group)
                            .partitionsToOffsetAndMetadata());
                    assertThat(found.get(subject)).as("group %d", group).isEqualTo(new OffsetAndMetadata(2));
                }
            }
        }
    }

    private static void commit(Admin admin, TopicPartition subject, long offset) {
        for (int group = 0; group < GROUPS; group++) {
            JavaClients.get(admin.alterConsumerGroupOffsets("group-" + group,
                    Map.of(subject, new OffsetAndMetadata(offset))).all());
        }
    }

    private void createTopics(JavaClients clients) {
        var synced = new NewTopic(SYNCED, PARTITIONS, (short) 1).configs(Map.of("flush.messages", "1"));
        try (var admin = clients.admin()) {
            JavaClients.get(
                    admin.createTopics(List.of(synced, new NewTopic(LAZY, PARTITIONS, (short) 1))).all());
        }
        for (int i = 0; i < PARTITIONS; i++) {
            acknowledged.put(new TopicPartition(SYNCED, i), new AtomicLong());
            acknowledged.put(new TopicPartition(LAZY, i), new AtomicLong());
        }
    }

    private List<TopicPartition> partitionsIn(Path directory) {
        return acknowledged.keySet().stream()
                .filter(partition -> Files.isDirectory(directory.resolve(partition.toString()))).toList();
    }

    private Map<TopicPartition, Long> counts() {
        var counts = new ConcurrentHashMap<TopicPartition, Long>();
        acknowledged.forEach((partition, count) -> counts.put(partition, count.get()));
        return counts;
    }

    private void awaitRecords(long each) {
        Deadline.in(LIMIT).await(each + " records in every partition",
                () -> counts().values().stream().allMatch(count -> count >= each));
    }

    /** Everywhere at once, and on with the others where it fails. */
    private void produceUntilOver(JavaClients clients) {
        var settings = Map.<String, Object>of("acks", "1", "retries", 0, "enable.idempotence", false,
                "linger.ms", 0, "max.block.ms", 200, "delivery.timeout.ms", 2000, "request.timeout.ms", 1000);
        try (var producer = clients.producer(settings)) {
            var open = new ConcurrentHashMap<TopicPartition, Boolean>();
            while (!isOver.get()) {
                for (var partition : acknowledged.keySet()) {
                    if (open.putIfAbsent(partition, true) == null) {
                        send(producer, partition, () -> open.remove(partition));
                    }
                }
                Thread.onSpinWait();
            }
        }
    }

    private void send(KafkaProducer<String, String> producer, TopicPartition partition, Runnable done) {
        producer.send(new ProducerRecord<>(partition.topic(), partition.partition(), null, "x".repeat(2000)),
                (metadata, failure) -> {
                    if (failure == null) {
                        acknowledged.get(partition).incrementAndGet();
                    }
                    done.run();
                });
    }

    /** As Kafka shows it: no leader, and the replica offline. */
    private static void awaitLeaderless(JavaClients clients, List<TopicPartition> partitions) {
        try (var admin = clients.admin()) {
            Deadline.in(LIMIT).await("partitions without a leader", () -> {
                var topics = JavaClients.get(admin.describeTopics(List.of(SYNCED, LAZY)).allTopicNames());
                return partitions.stream().allMatch(partition -> topics.get(partition.topic()).partitions()
                        .get(partition.partition()).leader() == null);
            });
        }
    }

    private static long readAll(JavaClients clients, TopicPartition partition) {
        try (var consumer = clients.consumer(Map.of())) {
            consumer.assign(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            long read = 0;
            var deadline = Deadline.in(JavaClients.LIMIT);
            while (consumer.position(partition) < end) {
                assertThat(deadline.passed()).as("still reading " + partition).isFalse();
                read += consumer.poll(Duration.ofMillis(200)).count();
            }
            return read;
        }
    }
}
