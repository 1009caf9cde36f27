package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.KafkaStorageException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker whose only disk becomes full, on a tmpfs and on an ext4 of 64 MB; both take root to mount. */
class FullDiskIT {
    private static final int DISK_MB = 64;
    private static final int INODES = 112;
    private static final int VALUE_CHARS = 20_000;
    private static final String TOPIC = "filling";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final long MOST_REFUSAL_MS = 1000;

    @TempDir Path root;
    private final List<Long> acknowledged = new ArrayList<>();

    @Test
    void aFullTmpfsRefusesAppendsServesReadsAndComesBack() {
        try (var mount = TestMount.tmpfs(root, DISK_MB)) {
            fillAndFree(mount);
        }
    }

    @Test
    void aFullExt4RefusesAppendsServesReadsAndComesBack() {
        try (var mount = TestMount.ext4(root, DISK_MB)) {
            fillAndFree(mount);
        }
    }

    @Test
    void anExt4WithoutInodesRefusesAppendsServesReadsAndComesBack() {
        try (var mount = TestMount.ext4WithInodes(root, DISK_MB, INODES);
                var broker = BrokerProcess.start(mount.folder())) {
            long half = fillAndFree(mount, broker);
            assertThat(broker.output()).contains("but perhaps no inodes");
            var clients = new JavaClients(broker.bootstrap());
            var others = new ArrayList<Path>();
            for (int i = 0; i < 2; i++) { // the first start has the inodes that the log directory held back
                others.addAll(takeAllInodes(mount.folder(), "other" + i));
                broker.kill();
                broker.start();
                assertThat(readAll(clients, half)).isEqualTo(from(half));
            }
            assertThat(broker.output()).contains("spare ones were given up");
            others.forEach(file -> assertThat(file.toFile().delete()).isTrue());
            awaitService(clients, TOPIC);
            assertThat(readAll(clients, half)).isEqualTo(from(half));
            broker.stop();
        }
    }

    private static List<Path> takeAllInodes(Path folder, String name) {
        var taken = new ArrayList<Path>();
        try {
            while (true) {
                taken.add(Files.createFile(folder.resolve(name + "-" + taken.size())));
            }
        } catch (IOException e) {
            assertThat(e).hasMessageContaining("No space left");
            return taken;
        }
    }

    private void fillAndFree(TestMount mount) {
        try (var broker = BrokerProcess.start(mount.folder())) {
            long half = fillAndFree(mount, broker);
            var clients = new JavaClients(broker.bootstrap());
            fill(clients, TOPIC);
            broker.kill();
            broker.start();
            assertThat(readAll(clients, half)).isEqualTo(from(half));
            try (var admin = clients.admin()) {
                JavaClients.get(admin.deleteTopics(List.of(TOPIC)).all());
            }
            createTopic(clients, "next");
            awaitService(clients, "next");
            assertThat(broker.isAlive()).isTrue();
            broker.stop();
        }
    }

    /** Deletes half of what filled the disk; answers where the rest begins. */
    private long fillAndFree(TestMount mount, BrokerProcess broker) {
        var clients = new JavaClients(broker.bootstrap());
        createTopic(clients, TOPIC);
        fill(clients, TOPIC);
        Deadline.in(JavaClients.LIMIT).await("word of the full disk",
                () -> broker.output().contains("is full,"));
        assertThat(broker.output().lines().filter(line -> line.contains("is full,")))
                .as(broker.output()).singleElement().asString()
                .contains(mount.folder().toString(), "bytes are free", "Delete");
        assertThat(readAll(clients, 0)).isEqualTo(acknowledged);

        long half = acknowledged.get(acknowledged.size() / 2);
        try (var admin = clients.admin()) {
            JavaClients.get(admin.deleteRecords(Map.of(PARTITION, RecordsToDelete.beforeOffset(half))).all());
        }
        awaitService(clients, TOPIC);
        Deadline.in(JavaClients.LIMIT).await("word of space",
                () -> broker.output().contains("has space again"));
        assertThat(readAll(clients, half)).isEqualTo(from(half));
        return half;
    }

    private static void createTopic(JavaClients clients, String topic) {
        var configs = Map.of("segment.bytes", "1048576", "file.delete.delay.ms", "1000");
        try (var admin = clients.admin()) {
            JavaClients.get(
                    admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1).configs(configs))).all());
        }
    }

    private static KafkaProducer<String, String> producer(JavaClients clients) {
        return clients
                .producer(Map.of("acks", "all", "retries", 0, "enable.idempotence", false, "linger.ms", 0));
    }

    /** Until a record is refused, which must be said at once and as something that may be tried again. */
    private void fill(JavaClients clients, String topic) {
        try (var producer = producer(clients)) {
            for (int i = 0; i < DISK_MB << 20; i += VALUE_CHARS) {
                long beganNs = System.nanoTime();
                try {
                    send(producer, topic);
                } catch (ExecutionException e) {
                    assertThat(e.getCause()).isInstanceOf(KafkaStorageException.class);
                    assertThat((System.nanoTime() - beganNs) / 1_000_000).as("ms until the refusal")
                            .isLessThan(MOST_REFUSAL_MS);
                    return;
                }
            }
            throw new AssertionError("the disk took " + acknowledged.size() + " records and is not full");
        }
    }

    private void send(KafkaProducer<String, String> producer, String topic) throws ExecutionException {
        long number = acknowledged.isEmpty() ? 0 : acknowledged.get(acknowledged.size() - 1) + 1;
        var value = number + "x".repeat(VALUE_CHARS);
        try {
            producer.send(new ProducerRecord<>(topic, 0, null, value)).get(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (TimeoutException e) {
            throw new AssertionError("neither acknowledged nor refused", e);
        }
        if (topic.equals(TOPIC)) {
            acknowledged.add(number);
        }
    }

    /** Appends go on by themselves when the broker has found the space. */
    private void awaitService(JavaClients clients, String topic) {
        try (var producer = producer(clients)) {
            Deadline.in(Duration.ofSeconds(30)).await("appends that go on", () -> {
                try {
                    send(producer, topic);
                    return true;
                } catch (ExecutionException e) {
                    assertThat(e.getCause()).isInstanceOf(KafkaStorageException.class);
                    return false;
                }
            });
        }
    }

    private List<Long> from(long first) {
        return acknowledged.stream().filter(number -> number >= first).toList();
    }

    private List<Long> readAll(JavaClients clients, long first) {
        try (var consumer = clients.consumer(Map.of())) {
            consumer.assign(List.of(PARTITION));
            consumer.seek(PARTITION, first);
            var numbers = new ArrayList<Long>();
            long end = consumer.endOffsets(List.of(PARTITION)).get(PARTITION);
            var deadline = Deadline.in(JavaClients.LIMIT);
            while (consumer.position(PARTITION) < end) {
                assertThat(deadline.passed()).as("still reading at " + consumer.position(PARTITION))
                        .isFalse();
                for (var read : consumer.poll(Duration.ofMillis(200))) {
                    numbers.add(Long.parseLong(read.value().substring(0, read.value().indexOf('x'))));
                }
            }
            return numbers;
        }
    }
}
