package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A consumer that takes its time over a response whose segment is deleted meanwhile reads it to its end. */
class SlowConsumerIT {
    private static final String TOPIC = "slow";
    private static final TopicPartition PARTITION = new TopicPartition(TOPIC, 0);
    private static final int SEGMENT_BYTES = 16 << 20;
    private static final int VALUE_CHARS = 10_000;
    private static final int RECORDS = 3 * SEGMENT_BYTES / VALUE_CHARS;
    /** More than the buffers of both sockets hold. */
    private static final int READ_AFTER_DELETION = (10 << 20) / VALUE_CHARS;

    @TempDir Path root;

    @Test
    void whatWasBeingSentIsSentToTheEndAlthoughItsSegmentIsDeleted() {
        try (var broker = BrokerProcess.start(root, "log.retention.check.interval.ms=200",
                "socket.send.buffer.bytes=65536")) {
            var clients = new JavaClients(broker.bootstrap());
            fill(clients);
            try (var consumer = clients.consumer(Map.of("receive.buffer.bytes", 65_536, "fetch.max.bytes",
                    SEGMENT_BYTES, "max.partition.fetch.bytes", SEGMENT_BYTES, "max.poll.records", 100_000,
                    "request.timeout.ms", 120_000))) {
                consumer.assign(List.of(PARTITION));
                beginToRead(consumer);
                long start = deleteAllButTheLastSegment(clients);
                readOn(consumer, start);
            }
            assertThat(broker.isAlive()).isTrue();
        }
    }

    private static void fill(JavaClients clients) {
        var configs = Map.of("segment.bytes", Integer.toString(SEGMENT_BYTES), "file.delete.delay.ms", "0");
        try (var admin = clients.admin(); var producer = clients.producer(Map.of("linger.ms", 5))) {
            JavaClients.get(
                    admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1).configs(configs))).all());
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(TOPIC, 0, null, i + "x".repeat(VALUE_CHARS)));
            }
        }
    }

    /** A client reads from its socket only when it is polled. */
    private static void beginToRead(KafkaConsumer<String, String> consumer) {
        Deadline.in(JavaClients.LIMIT).await("the beginning of the response", () -> {
            assertThat(consumer.poll(Duration.ZERO)).as("records before the deletion").isEmpty();
            return consumer.metrics().values().stream()
                    .filter(metric -> metric.metricName().name().equals("incoming-byte-total")
                            && metric.metricName().group().equals("consumer-metrics"))
                    .mapToDouble(metric -> (Double) metric.metricValue()).sum() > 100_000;
        });
    }

    private long deleteAllButTheLastSegment(JavaClients clients) {
        var folder = root.resolve(PARTITION.toString());
        try (var admin = clients.admin()) {
            JavaClients.get(admin
                    .deleteRecords(Map.of(PARTITION, RecordsToDelete.beforeOffset(RECORDS - 10))).all());
        }
        Deadline.in(JavaClients.LIMIT).await("the end of the first segments",
                () -> folder.toFile().list((in, name) -> name.endsWith(".log")).length == 1);
        assertThat(Files.exists(folder.resolve("00000000000000000000.log"))).isFalse();
        return RECORDS - 10;
    }

    private static void readOn(KafkaConsumer<String, String> consumer, long start) {
        int deleted = 0;
        long next = 0;
        var deadline = Deadline.in(JavaClients.LIMIT);
        while (next < RECORDS) {
            assertThat(deadline.passed()).as("still reading at " + next).isFalse();
            for (var read : consumer.poll(Duration.ofMillis(200))) {
                if (read.offset() != next) {
                    assertThat(read.offset()).as("after " + next).isEqualTo(start);
                }
                assertThat(read.value()).isEqualTo(read.offset() + "x".repeat(VALUE_CHARS));
                deleted += read.offset() < start ? 1 : 0;
                next = read.offset() + 1;
            }
        }
        assertThat(deleted).as("records read of a deleted segment").isGreaterThan(READ_AFTER_DELETION);
    }
}
