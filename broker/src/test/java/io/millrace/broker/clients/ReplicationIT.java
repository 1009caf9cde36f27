package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.message.cluster.Metadata;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers, kafka-clients as the load, and {@code kill -9} while it runs. */
class ReplicationIT {
    private static final String TOPIC = "replicated";
    private static final int PARTITIONS = 3;
    private static final long RECORD_PAUSE_NS = 500_000;
    private static final int RECORDS_BETWEEN_KILLS = 4_000;

    /** Sends until it is stopped; acknowledgements come on the producer's thread. */
    private static final class Load implements Runnable {
        private final JavaClients clients;
        private final AtomicBoolean isStopped = new AtomicBoolean();
        private final ConcurrentLinkedQueue<String> acknowledged = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<Exception> failures = new ConcurrentLinkedQueue<>();
        private final AtomicLong acknowledgedCount = new AtomicLong();
        private volatile long lastAckNs = System.nanoTime();
        private volatile long longestGapNs;

        Load(JavaClients clients) {
            this.clients = clients;
        }

        @Override
        public void run() {
            try (var producer = clients.producer(Map.of("acks", "all"))) {
                for (int i = 0; !isStopped.get(); i++) {
                    var value = Integer.toString(i);
                    producer.send(new ProducerRecord<>(TOPIC, i % PARTITIONS, null, value),
                            (placed, failure) -> {
                                if (failure != null) {
                                    failures.add(failure);
                                } else {
                                    onAcknowledged(value);
                                }
                            });
                    LockSupport.parkNanos(RECORD_PAUSE_NS);
                }
            }
        }

        private void onAcknowledged(String value) {
            long nowNs = System.nanoTime();
            longestGapNs = Math.max(longestGapNs, nowNs - lastAckNs);
            lastAckNs = nowNs;
            acknowledged.add(value);
            acknowledgedCount.incrementAndGet();
        }

        void awaitMore() {
            long until = acknowledgedCount.get() + RECORDS_BETWEEN_KILLS;
            Deadline.in(JavaClients.LIMIT).await("more acknowledged records",
                    () -> acknowledgedCount.get() >= until);
        }

        Duration takeLongestGap() {
            var gap = Duration.ofNanos(longestGapNs);
            longestGapNs = 0;
            return gap;
        }
    }

    @Test
    void acknowledgedRecordsOutliveTheirLeadersOnceAndInOrder(@TempDir Path folder) throws Exception {
        try (var cluster = new ClusterProcesses(folder, 3)) {
            cluster.await(1, "all brokers", all -> all.brokers().size() == 3);
            var clients = new JavaClients(cluster.broker(1).bootstrap() + "," + cluster.broker(2).bootstrap()
                    + "," + cluster.broker(3).bootstrap());
            create(clients);
            var load = new Load(clients);
            var thread = new Thread(load, "load");
            thread.start();
            load.awaitMore();
            load.takeLongestGap();
            var gaps = new ArrayList<String>();
            for (var kind : List.of("leader", "controller", "leader")) {
                int witness = 1;
                int victim = kind.equals("leader") ? leader(cluster.metadata(witness))
                        : cluster.controller(witness);
                witness = victim % 3 + 1;
                cluster.broker(victim).kill();
                load.awaitMore();
                gaps.add(kind + " " + load.takeLongestGap().toMillis() + " ms");
                cluster.broker(victim).start();
                cluster.await(witness, "all replicas to be in sync again", ReplicationIT::isWhole);
            }
            load.isStopped.set(true);
            thread.join(JavaClients.LIMIT.toMillis());
            System.out.println("Longest gap between acknowledgements after kill -9: " + gaps + ", "
                    + load.acknowledgedCount + " records");
            assertThat(load.failures).isEmpty();
            assertReadBack(clients, load.acknowledged);
        }
    }

    private static void create(JavaClients clients) {
        try (var admin = clients.admin()) {
            JavaClients.get(admin.createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 3)
                    .configs(Map.of("min.insync.replicas", "2")))).all());
        }
    }

    private static Metadata.Response.Topic topic(Metadata.Response metadata) {
        return metadata.topics().stream().filter(topic -> topic.name().equals(TOPIC)).findFirst()
                .orElseThrow();
    }

    private static int leader(Metadata.Response metadata) {
        return topic(metadata).partitions().stream().filter(partition -> partition.partitionIndex() == 0)
                .findFirst().orElseThrow().leaderId();
    }

    private static boolean isWhole(Metadata.Response metadata) {
        return metadata.brokers().size() == 3 && topic(metadata).partitions().stream()
                .allMatch(partition -> partition.isrNodes().size() == 3 && partition.leaderId() >= 0);
    }

    private static void assertReadBack(JavaClients clients, Iterable<String> acknowledged)
            throws IOException {
        var byPartition = new HashMap<Integer, List<Integer>>();
        try (var consumer = clients.consumer(Map.of())) {
            var partitions = partitions();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            readToTheEnd(consumer, byPartition);
        }
        var read = new HashSet<String>();
        byPartition.values().forEach(values -> {
            assertThat(values).as("order, and none twice").isSorted().doesNotHaveDuplicates();
            values.forEach(value -> read.add(value.toString()));
        });
        assertThat(acknowledged).as("lost").allMatch(read::contains);
    }

    private static List<TopicPartition> partitions() {
        var partitions = new ArrayList<TopicPartition>();
        for (int i = 0; i < PARTITIONS; i++) {
            partitions.add(new TopicPartition(TOPIC, i));
        }
        return partitions;
    }

    private static void readToTheEnd(KafkaConsumer<String, String> consumer,
            Map<Integer, List<Integer>> into) {
        var ends = consumer.endOffsets(partitions());
        Deadline.in(JavaClients.LIMIT).await("the end of the topic", () -> {
            consumer.poll(Duration.ofMillis(200)).forEach(record -> into
                    .computeIfAbsent(record.partition(), index -> new ArrayList<>())
                    .add(Integer.parseInt(record.value())));
            return ends.entrySet().stream()
                    .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
        });
    }
}
