package io.millrace.broker.controller.replica;

import static io.millrace.broker.metadata.PartitionImage.NO_LEADER;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.message.topic.AssignReplicasToDirs;
import io.millrace.protocol.message.topic.AssignReplicasToDirs.Request;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of a partition when a live broker lost the disk that a replica was on. */
class LostReplicasTest {
    private static final Uuid SOUND = new Uuid(3, 4);

    private final TestPartition partition = new TestPartition(2, 1, 2, 3);

    private AssignReplicasToDirs.Response report(int broker, long epoch, Uuid directory, Uuid topic,
            Integer... indexes) {
        var partitions = List.of(indexes).stream().map(Request.PartitionData::new).toList();
        var decision = LostReplicas.decide(partition.context, new Request(broker, epoch, List.of(
                new Request.DirectoryData(directory, List.of(new Request.TopicData(topic, partitions))))));
        partition.apply(decision.records());
        return decision.response();
    }

    private ErrorCode lose(int broker) {
        return codesOf(report(broker, partition.epochOf(broker), AssignReplicasToDirs.LOST,
                TestPartition.TOPIC, 0)).get(0);
    }

    private static List<ErrorCode> codesOf(AssignReplicasToDirs.Response response) {
        assertThat(response.errorCode()).isEqualTo(ErrorCode.NONE);
        return response.directories().get(0).topics().get(0).partitions().stream()
                .map(AssignReplicasToDirs.Response.PartitionData::errorCode).toList();
    }

    @Test
    void aLeaderWithoutItsDiskIsFollowedByTheNextInSyncAndLeavesTheIsr() {
        assertThat(lose(1)).isEqualTo(ErrorCode.NONE);
        assertThat(partition.now().leader()).isEqualTo(2);
        assertThat(partition.now().isr()).containsExactly(2, 3);
        assertThat(partition.now().leaderEpoch()).isEqualTo(1);
        var before = partition.now();
        assertThat(lose(1)).as("said again").isEqualTo(ErrorCode.NONE);
        assertThat(partition.now()).isEqualTo(before);
    }

    @Test
    void aFollowerWithoutItsDiskLeavesTheIsr() {
        assertThat(lose(3)).isEqualTo(ErrorCode.NONE);
        assertThat(partition.now().leader()).isEqualTo(1);
        assertThat(partition.now().isr()).containsExactly(1, 2);
    }

    @Test
    void anEligibleReplicaIsElectedWhenAllInSyncAreLostButNobodyWhoKnowsLess() {
        lose(1);
        lose(2);
        assertThat(partition.now().isr()).containsExactly(3);
        assertThat(partition.now().elr()).containsExactly(2);
        lose(3);
        assertThat(partition.now().isr()).containsExactly(2);
        assertThat(partition.now().leader()).isEqualTo(2);
        lose(2);
        assertThat(partition.now().leader()).as("1 knows less").isEqualTo(NO_LEADER);
        assertThat(partition.now().isr()).containsExactly(2);
        assertThat(partition.start(2, true).leader()).as("its disk works again").isEqualTo(2);
    }

    @Test
    void theLastReplicaStaysInTheIsrAndLeadsAgainWhenItsBrokerStartsWithTheDisk() {
        var alone = new TestPartition(1, 4);
        var decision = LostReplicas.decide(alone.context, new Request(4, alone.epochOf(4), List.of(
                new Request.DirectoryData(AssignReplicasToDirs.LOST, List.of(new Request.TopicData(
                        TestPartition.TOPIC, List.of(new Request.PartitionData(0))))))));
        alone.apply(decision.records());
        assertThat(alone.now().leader()).isEqualTo(NO_LEADER);
        assertThat(alone.now().isr()).containsExactly(4);
        assertThat(alone.start(4, true).leader()).isEqualTo(4);
    }

    @Test
    void aDirectoryThatIsNotLostChangesNothing() {
        var before = partition.now();
        assertThat(codesOf(report(1, partition.epochOf(1), SOUND, TestPartition.TOPIC, 0)))
                .containsExactly(ErrorCode.NONE);
        assertThat(partition.now()).isEqualTo(before);
    }

    @Test
    void whatTheBrokerHasNothingToSayOnIsRefused() {
        var before = partition.now();
        assertThat(report(1, partition.epochOf(1) - 1, AssignReplicasToDirs.LOST, TestPartition.TOPIC, 0)
                .errorCode()).isEqualTo(ErrorCode.STALE_BROKER_EPOCH);
        assertThat(report(9, 1, AssignReplicasToDirs.LOST, TestPartition.TOPIC, 0).errorCode())
                .isEqualTo(ErrorCode.STALE_BROKER_EPOCH);
        assertThat(codesOf(report(1, partition.epochOf(1), AssignReplicasToDirs.LOST, SOUND, 0)))
                .containsExactly(ErrorCode.UNKNOWN_TOPIC_ID);
        assertThat(codesOf(report(1, partition.epochOf(1), AssignReplicasToDirs.LOST, TestPartition.TOPIC,
                -1, 1))).containsOnly(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(lose(4)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(partition.now()).isEqualTo(before);
    }
}
