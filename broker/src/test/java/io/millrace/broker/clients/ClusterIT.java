package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.message.cluster.Metadata;
import io.millrace.protocol.message.topic.CreateTopics;
import io.millrace.protocol.message.topic.CreateTopics.Request.CreatableTopic;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers on one ZooKeeper. Each test leaves all three running. */
class ClusterIT {
    private static final Duration SOON = Duration.ofSeconds(4);

    @TempDir static Path folder;
    private static ClusterProcesses cluster;

    @BeforeAll
    static void start() throws IOException {
        cluster = new ClusterProcesses(folder, 3);
        for (int id : cluster.ids()) {
            cluster.await(id, "broker " + id + " to see all", all -> all.brokers().size() == 3);
        }
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private static ErrorCode create(int broker, String name, int partitions, int replicationFactor) {
        var topic = new CreatableTopic(name, partitions, (short) replicationFactor, List.of(), List.of());
        return cluster.ask(broker, new CreateTopics.Request(List.of(topic), 20_000, false)).topics().get(0)
                .errorCode();
    }

    private static Metadata.Response.Topic topic(Metadata.Response metadata, String name) {
        return metadata.topics().stream().filter(topic -> topic.name().equals(name)).findFirst().orElse(null);
    }

    private static Predicate<Metadata.Response> isLedByOthersThan(int broker, String topic) {
        return metadata -> topic(metadata, topic).partitions().stream()
                .allMatch(partition -> partition.leaderId() >= 0 && partition.leaderId() != broker);
    }

    private static int notController() {
        int controller = cluster.controller(1);
        return cluster.ids().stream().filter(id -> id != controller).findFirst().orElseThrow();
    }

    @Test
    void anyBrokerCarriesOutWhatTheControllerDecidesAndShowsItAtOnce() {
        for (int id : cluster.ids()) {
            var name = "asked-at-" + id;
            assertThat(create(id, name, 6, 3)).isEqualTo(ErrorCode.NONE);
            var seen = topic(cluster.metadata(id), name);
            assertThat(seen.partitions()).hasSize(6).allMatch(partition -> partition.isrNodes().size() == 3);
            assertThat(create(id, name, 6, 3)).isEqualTo(ErrorCode.TOPIC_ALREADY_EXISTS);
            for (int other : cluster.ids()) {
                cluster.await(other, "broker " + other + " to see " + name,
                        metadata -> seen.equals(topic(metadata, name)));
            }
        }
        assertThat(create(notController(), "too-wide", 1, 4)).isEqualTo(ErrorCode.INVALID_REPLICATION_FACTOR);
    }

    @Test
    void deadBrokerIsReplacedLongBeforeItsSessionEndsAndComesBack() {
        int victim = notController();
        assertReplacedSoon("fenced", victim);
    }

    @Test
    void deadControllerIsReplacedLongBeforeItsSessionEndsAndComesBack() {
        int victim = cluster.controller(1);
        assertReplacedSoon("unseated", victim);
        int other = victim % 3 + 1;
        assertThat(create(other, "after-" + victim, 3, 3)).isEqualTo(ErrorCode.NONE);
    }

    private static void assertReplacedSoon(String name, int victim) {
        int witness = victim % 3 + 1;
        assertThat(create(witness, name, 6, 3)).isEqualTo(ErrorCode.NONE);
        cluster.broker(victim).kill();
        var took = cluster.await(witness, "another leader than " + victim, isLedByOthersThan(victim, name)
                .and(metadata -> metadata.controllerId() != victim));
        assertThat(took).as("milliseconds: " + took.toMillis()).isLessThan(SOON);
        var gone = topic(cluster.metadata(witness), name);
        assertThat(gone.partitions()).allMatch(partition -> !partition.isrNodes().contains(victim)
                && partition.offlineReplicas().equals(List.of(victim)));
        cluster.broker(victim).start();
        cluster.await(witness, "broker " + victim + " to be back", all -> all.brokers().size() == 3);
    }

    @Test
    void brokerThatStopsHandsItsLeadersOverFirst() {
        int victim = notController();
        int witness = victim % 3 + 1;
        assertThat(create(witness, "handed-over", 6, 3)).isEqualTo(ErrorCode.NONE);
        long startNs = System.nanoTime();
        cluster.broker(victim).stop();
        var took = Duration.ofNanos(System.nanoTime() - startNs);
        assertThat(isLedByOthersThan(victim, "handed-over").test(cluster.metadata(witness))).isTrue();
        assertThat(took).as("milliseconds: " + took.toMillis()).isLessThan(SOON);
        cluster.broker(victim).start();
        cluster.await(witness, "broker " + victim + " to be back", all -> all.brokers().size() == 3);
    }

    @Test
    void kafkasToolsElectAndReassignThroughAnyBroker() throws IOException {
        for (int id : cluster.ids()) {
            var tools = new KafkaTools(cluster.broker(id).bootstrap());
            var name = "moved-" + id;
            tools.topics("--create", "--topic", name, "--replica-assignment", "1:2,2:3");
            assertThat(tools.topics("--describe", "--topic", name)).contains("Replicas: 1,2",
                    "Replicas: 2,3");
            var plan = Files.writeString(folder.resolve(name + ".json"),
                    "{\"version\":1,\"partitions\":[{\"topic\":\"" + name
                            + "\",\"partition\":0,\"replicas\":[2,1]}]}");
            tools.run(KafkaTools.REASSIGN, "", "--reassignment-json-file", plan.toString(), "--execute");
            assertThat(tools.run(KafkaTools.REASSIGN, "", "--reassignment-json-file", plan.toString(),
                    "--verify")).contains("is completed");
            assertThat(tools.topics("--describe", "--topic", name)).contains("Replicas: 2,1");
            tools.run(KafkaTools.LEADER_ELECTION, "", "--election-type", "preferred", "--topic", name,
                    "--partition", "0");
            cluster.await(id, "the first replica to lead",
                    metadata -> topic(metadata, name).partitions().stream()
                            .allMatch(partition -> partition.leaderId() == partition.replicaNodes().get(0)));
            assertThat(tools.run(KafkaTools.REASSIGN, "", "--list")).contains("No partition reassignments");
        }
    }
}
