package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.message.cluster.Metadata;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.LogTruncationException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.ElectionType;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.EligibleLeadersNotAvailableException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers, each in a rack of its own, and consumers that read from followers or from logs that were cut. */
class ReplicaReadsIT {
    @TempDir static Path folder;
    private static ClusterProcesses cluster;
    private static JavaClients clients;

    @BeforeAll
    static void start() throws IOException {
        cluster = new ClusterProcesses(folder, 3,
                "replica.selector.class=org.apache.kafka.common.replica.RackAwareReplicaSelector");
        cluster.await(1, "all brokers", all -> all.brokers().size() == 3);
        clients = new JavaClients(cluster.bootstrap());
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static TopicPartition create(String name, Integer... replicas) {
        try (var admin = clients.admin()) {
            JavaClients
                    .get(admin.createTopics(List.of(new NewTopic(name, Map.of(0, List.of(replicas))))).all());
        }
        return new TopicPartition(name, 0);
    }

    private static void produce(TopicPartition to, int count, String acks) {
        try (var producer = clients.producer(Map.of("acks", acks))) {
            for (int i = 0; i < count; i++) {
                assertThat(
                        producer.send(new ProducerRecord<>(to.topic(), to.partition(), null, "record " + i)))
                        .succeedsWithin(JavaClients.LIMIT);
            }
        }
    }

    private static KafkaConsumer<String, String> reader(TopicPartition of, Map<String, Object> settings) {
        var consumer = clients.consumer(settings);
        consumer.assign(List.of(of));
        consumer.seek(of, 0);
        return consumer;
    }

    private static Metadata.Response.Partition state(Metadata.Response metadata, TopicPartition of) {
        return metadata.topics().stream().filter(topic -> topic.name().equals(of.topic())).findFirst()
                .orElseThrow().partitions().get(0);
    }

    private static double preferredReplica(KafkaConsumer<String, String> consumer, TopicPartition of) {
        return consumer.metrics().values().stream()
                .filter(metric -> metric.metricName().name().equals("preferred-read-replica")
                        && metric.metricName().tags().get("topic").equals(of.topic()))
                .mapToDouble(metric -> ((Number) metric.metricValue()).doubleValue()).findFirst().orElse(-1);
    }

    @Test
    void consumerReadsFromTheFollowerInItsRack() {
        var partition = create("near", 1, 2, 3);
        produce(partition, 50, "all");
        try (var near = reader(partition, Map.of("client.rack", "rack-3"));
                var elsewhere = reader(partition, Map.of("client.rack", "rack-9"))) {
            assertThat(JavaClients.poll(near, 50)).hasSize(50);
            assertThat(preferredReplica(near, partition)).isEqualTo(3);
            produce(partition, 10, "all");
            assertThat(JavaClients.poll(near, 10)).hasSize(10);
            assertThat(JavaClients.poll(elsewhere, 60)).hasSize(60);
            assertThat(preferredReplica(elsewhere, partition)).isEqualTo(-1);
        }
    }

    @Test
    void consumersFindOutThatRecordsWereCutOff() {
        var partition = create("cut", 2, 3);
        produce(partition, 10, "all");
        cluster.broker(3).kill();
        cluster.await(1, "broker 3 to leave the ISR",
                all -> state(all, partition).isrNodes().equals(List.of(2)));
        produce(partition, 5, "1");
        try (var strict = reader(partition, Map.of("auto.offset.reset", "none"));
                var lenient = reader(partition, Map.of("auto.offset.reset", "latest"))) {
            assertThat(JavaClients.poll(strict, 15)).hasSize(15);
            assertThat(JavaClients.poll(lenient, 15)).hasSize(15);
            cluster.broker(2).kill();
            cluster.broker(3).start();
            electUncleanly(partition);
            var found = awaitTruncation(strict);
            assertThat(found.divergentOffsets().get(partition).offset()).isEqualTo(10);
            produce(partition, 1, "1");
            var next = JavaClients.poll(lenient, 1);
            assertThat(next.get(0).offset()).isEqualTo(10);
        }
        cluster.broker(2).start();
        cluster.await(1, "both replicas", all -> all.brokers().size() == 3
                && state(all, partition).isrNodes().size() == 2);
    }

    private static void electUncleanly(TopicPartition of) {
        cluster.await(1, "broker 3 to live and broker 2 to be gone", all -> all.brokers().stream()
                .map(Metadata.Response.Broker::nodeId).toList().equals(List.of(1, 3)));
        // Broker 2 may still act, as far as others know, until its session is over.
        try (var admin = clients.admin()) {
            Deadline.in(JavaClients.LIMIT).await("an unclean election", () -> isElected(admin, of));
        }
    }

    private static boolean isElected(Admin admin, TopicPartition of) {
        try {
            admin.electLeaders(ElectionType.UNCLEAN, Set.of(of)).all().get(60, TimeUnit.SECONDS);
            return true;
        } catch (ExecutionException e) {
            assertThat(e.getCause()).isInstanceOf(EligibleLeadersNotAvailableException.class);
            return false;
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("no answer to an unclean election", e);
        }
    }

    private static LogTruncationException awaitTruncation(KafkaConsumer<String, String> consumer) {
        var deadline = Deadline.in(JavaClients.LIMIT);
        while (!deadline.passed()) {
            try {
                consumer.poll(Duration.ofMillis(200));
            } catch (LogTruncationException e) {
                return e;
            }
        }
        throw new AssertionError("the consumer was not told that records were cut off");
    }
}
