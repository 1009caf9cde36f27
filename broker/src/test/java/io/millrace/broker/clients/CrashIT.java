package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An idempotent producer writes while its broker is killed and started again, over and over. Full size:
 * {@code -Dmillrace.it.crash.records=10000000 -Dmillrace.it.crash.kills=5}.
 */
class CrashIT {
    private static final long RECORDS = Long.getLong("millrace.it.crash.records", 500_000);
    private static final int KILLS = Integer.getInteger("millrace.it.crash.kills", 2);
    private static final int PARTITIONS = 6;
    private static final int RECORD_BYTES = 100;
    private static final String TOPIC = "crash";

    private final AtomicLong acknowledged = new AtomicLong();
    private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();

    @Test
    void nothingIsLostDoubledOrReorderedWhenTheBrokerIsKilled(@TempDir Path dataDir) {
        try (var broker = BrokerProcess.start(dataDir)) {
            new JavaClients(broker.bootstrap()).createTopic(TOPIC, PARTITIONS);
            long startNs = System.nanoTime();
            int kills = produceThroughKills(broker);
            long producedNs = System.nanoTime();
            readBack(broker.bootstrap());
            System.out.printf("%,d records of %d bytes in %.1f s through %d kills, read back in %.1f s:"
                    + " none lost, none twice, in order%n", RECORDS, RECORD_BYTES,
                    (producedNs - startNs) / 1e9, kills, (System.nanoTime() - producedNs) / 1e9);
        }
    }

    private int produceThroughKills(BrokerProcess broker) {
        var settings = Map.<String, Object>of("bootstrap.servers", broker.bootstrap(), "acks", "all",
                "linger.ms", 5,
                "buffer.memory", 4_000_000, "delivery.timeout.ms", 600_000, "reconnect.backoff.max.ms", 200);
        var restarted = CompletableFuture.<Void>completedFuture(null);
        int kills = 0;
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (long sent = 0; sent < RECORDS; sent++) {
                if (kills < KILLS && acknowledged.get() >= (kills + 1) * (RECORDS / (KILLS + 1))
                        && restarted.isDone()) {
                    kills++;
                    restarted = CompletableFuture.runAsync(() -> killAndStart(broker));
                }
                send(producer, sent);
            }
            restarted.join();
        }
        assertThat(failures).isEmpty();
        assertThat(acknowledged).hasValue(RECORDS);
        assertThat(kills).as("kills while records were on their way").isEqualTo(KILLS);
        return kills;
    }

    private static void killAndStart(BrokerProcess broker) {
        broker.kill();
        broker.start();
    }

    private void send(KafkaProducer<byte[], byte[]> producer, long number) {
        var value = ByteBuffer.allocate(RECORD_BYTES).putLong(number / PARTITIONS).array();
        producer.send(new ProducerRecord<>(TOPIC, (int) (number % PARTITIONS), null, value),
                (metadata, failure) -> {
                    if (failure == null) {
                        acknowledged.incrementAndGet();
                    } else {
                        failures.add(failure);
                    }
                });
    }

    /** Every partition must hold 0, 1, 2 and so on, to the last that was sent. */
    private static void readBack(String bootstrap) {
        var settings = Map.<String, Object>of("bootstrap.servers", bootstrap, "auto.offset.reset",
                "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            var partitions = consumer.partitionsFor(TOPIC).stream()
                    .map(partition -> new TopicPartition(TOPIC, partition.partition())).toList();
            consumer.assign(partitions);
            var ends = consumer.endOffsets(partitions);
            assertThat(ends.values().stream().mapToLong(Long::longValue).sum()).as("records in the log")
                    .isEqualTo(RECORDS);
            var next = new HashMap<TopicPartition, Long>();
            var deadline = Deadline.in(Duration.ofMinutes(5));
            for (long read = 0; read < RECORDS;) {
                read += readSome(consumer, next);
                assertThat(deadline.passed()).as("still reading after %d records", read).isFalse();
            }
            assertThat(next).isEqualTo(ends);
        }
    }

    private static int readSome(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> next) {
        var records = consumer.poll(Duration.ofMillis(500));
        for (var partition : records.partitions()) {
            long expected = next.getOrDefault(partition, 0L);
            for (var record : records.records(partition)) {
                long number = ByteBuffer.wrap(record.value()).getLong();
                if (number != expected || record.offset() != expected) {
                    throw new AssertionError(partition + " offset " + record.offset() + ": record " + number
                            + " where " + expected + " belongs");
                }
                expected++;
            }
            next.put(partition, expected);
        }
        return records.count();
    }
}
