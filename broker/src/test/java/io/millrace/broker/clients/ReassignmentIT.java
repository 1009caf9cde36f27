package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InvalidRequestException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker is taken out of a cluster of three, with Kafka's tools: throttled, cancelled, at full speed, for ever. */
class ReassignmentIT {
    private static final String TOPIC = "moving";
    private static final int RECORDS = 300;

    @TempDir Path folder;

    @Test
    void brokerIsTakenOutOfTheCluster() throws Exception {
        try (var cluster = new ClusterProcesses(folder, 3, "replica.fetch.max.bytes=20000")) {
            cluster.await(1, "all brokers", all -> all.brokers().size() == 3);
            var clients = new JavaClients(cluster.bootstrap());
            fill(clients);
            var tools = new KafkaTools(cluster.broker(2).bootstrap());
            var plan = plan();
            tools.run(KafkaTools.REASSIGN, "", "--reassignment-json-file", plan, "--execute", "--throttle",
                    "500");
            assertThat(verify(tools, plan)).contains("still in progress");
            assertThat(tools.topics("--describe", "--topic", TOPIC)).contains("Adding Replicas: 3");

            tools.run(KafkaTools.REASSIGN, "", "--reassignment-json-file", plan, "--cancel");
            assertThat(tools.topics("--describe", "--topic", TOPIC)).contains("Replicas: 2,1")
                    .doesNotContain("Adding Replicas: 3", "throttled");

            tools.run(KafkaTools.REASSIGN, "", "--reassignment-json-file", plan, "--execute");
            cluster.await(2, "the move to end", all -> all.topics().get(0).partitions().get(0).isrNodes()
                    .equals(List.of(3, 2))
                    || all.topics().get(0).partitions().get(0).replicaNodes()
                            .equals(List.of(3, 2)));
            assertThat(verify(tools, plan)).contains("is completed");
            assertUnregisters(cluster);
            try (var consumer = clients.consumer(Map.of("group.id", "left"))) {
                consumer.subscribe(List.of(TOPIC));
                assertThat(JavaClients.poll(consumer, RECORDS)).hasSize(RECORDS);
            }
        }
    }

    private static void fill(JavaClients clients) throws Exception {
        try (var admin = clients.admin()) {
            JavaClients.get(admin.createTopics(List.of(new NewTopic(TOPIC, Map.of(0, List.of(1, 2))))).all());
        }
        try (var producer = clients.producer(Map.of("acks", "all", "batch.size", 4_000))) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(TOPIC, 0, null, "x".repeat(1_000)));
            }
        }
    }

    private String plan() throws IOException {
        return Files.writeString(folder.resolve("plan.json"),
                "{\"version\":1,\"partitions\":[{\"topic\":\"" + TOPIC
                        + "\",\"partition\":0,\"replicas\":[3,2]}]}")
                .toString();
    }

    private static String verify(KafkaTools tools, String plan) {
        return tools.attempt(KafkaTools.REASSIGN, "--reassignment-json-file", plan, "--verify").output();
    }

    private static void assertUnregisters(ClusterProcesses cluster) throws Exception {
        cluster.broker(1).stop();
        try (var admin = new JavaClients(cluster.broker(3).bootstrap()).admin()) {
            cluster.await(3, "broker 1 to be gone", all -> all.brokers().size() == 2);
            admin.unregisterBroker(1).all().get(60, TimeUnit.SECONDS);
            assertThatThrownBy(() -> admin.unregisterBroker(2).all().get(60, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(InvalidRequestException.class).hasMessageContaining("stop it first");
        }
    }
}
