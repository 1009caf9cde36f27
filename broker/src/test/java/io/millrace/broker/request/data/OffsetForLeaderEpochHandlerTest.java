package io.millrace.broker.request.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.request.TestCluster;
import io.millrace.protocol.message.data.OffsetForLeaderEpoch;
import io.millrace.protocol.message.data.OffsetForLeaderEpoch.Response.EndOffset;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log with two records of epoch 5 and three of epoch 8, the current one. */
class OffsetForLeaderEpochHandlerTest {
    private static final int NEWEST = 4;
    private static final int CONSUMER = -1;

    @TempDir Path folder;
    private TestCluster cluster;

    @BeforeEach
    void start() throws IOException {
        cluster = new TestCluster(folder);
        cluster.createTopic("orders", 1, TestCluster.OWN_ID, Map.of());
        cluster.append("orders", 1_000, 2_000);
        cluster.change("orders", TestCluster.OWN_ID, 8, List.of(TestCluster.OWN_ID));
        cluster.append("orders", 3_000, 4_000, 5_000);
    }

    @AfterEach
    void close() throws IOException {
        cluster.close();
    }

    private EndOffset ask(int replicaId, String topic, int partition, int currentEpoch, int epoch) {
        var handler = new OffsetForLeaderEpochHandler(cluster.partitions(), new TopicLookup(cluster::image));
        var asked = new OffsetForLeaderEpoch.Request.Partition(partition, currentEpoch, epoch);
        return cluster.ask(handler, OffsetForLeaderEpoch.Response.class, new OffsetForLeaderEpoch.Request(
                replicaId, List.of(new OffsetForLeaderEpoch.Request.Topic(topic, List.of(asked)))), NEWEST)
                .topics().get(0).partitions().get(0);
    }

    private EndOffset ask(int currentEpoch, int epoch) {
        return ask(CONSUMER, "orders", 0, currentEpoch, epoch);
    }

    private static EndOffset end(int epoch, long offset) {
        return new EndOffset(ErrorCode.NONE, 0, epoch, offset);
    }

    private static EndOffset failure(ErrorCode error) {
        return new EndOffset(error, 0, -1, -1);
    }

    @Test
    void theLargestEpochUpToTheAskedOneIsAnsweredWithItsEnd() {
        assertThat(ask(8, 8)).isEqualTo(end(8, 5));
        assertThat(ask(8, 7)).isEqualTo(end(5, 2));
        assertThat(ask(8, 5)).isEqualTo(end(5, 2));
        assertThat(ask(-1, 3)).as("below all").isEqualTo(end(3, 0));
        assertThat(ask(8, 9)).as("not known yet").isEqualTo(end(-1, -1));
    }

    @Test
    void whoeverKnowsAnotherEpochOrTheWrongBrokerIsTold() {
        assertThat(ask(7, 5)).isEqualTo(failure(ErrorCode.FENCED_LEADER_EPOCH));
        assertThat(ask(9, 5)).isEqualTo(failure(ErrorCode.UNKNOWN_LEADER_EPOCH));
        assertThat(ask(CONSUMER, "nowhere", 0, -1, 5))
                .isEqualTo(failure(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
        cluster.change("orders", TestCluster.OTHER_ID, 9, List.of(TestCluster.OTHER_ID));
        assertThat(ask(9, 5)).isEqualTo(failure(ErrorCode.NOT_LEADER_OR_FOLLOWER));
    }

    @Test
    void onlyFollowersAreAnsweredWhileAnotherBrokerMayHaveTakenOver() {
        cluster.mayServe(false);
        assertThat(ask(8, 5)).isEqualTo(failure(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        assertThat(ask(TestCluster.OTHER_ID, "orders", 0, 8, 5)).isEqualTo(end(5, 2));
    }
}
