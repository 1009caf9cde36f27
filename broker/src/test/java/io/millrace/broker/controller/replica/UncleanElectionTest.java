package io.millrace.broker.controller.replica;

import static io.millrace.broker.metadata.PartitionImage.NO_LEADER;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.controller.ControllerApi;
import io.millrace.broker.controller.decision.Sessions;
import io.millrace.protocol.message.config.IncrementalAlterConfigs;
import io.millrace.protocol.message.config.IncrementalAlterConfigs.Request.AlterConfigsResource;
import io.millrace.protocol.message.config.IncrementalAlterConfigs.Request.AlterableConfig;
import io.millrace.protocol.message.topic.ElectLeaders;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Elections that may lose records: never while the old leader may acknowledge more of them. */
class UncleanElectionTest {
    private final TestPartition partition = new TestPartition(1, 1, 2);

    private void allowUncleanElection() {
        var request = new IncrementalAlterConfigs.Request(List.of(new AlterConfigsResource((byte) 2,
                TestPartition.NAME,
                List.of(new AlterableConfig("unclean.leader.election.enable", (byte) 0, "true")))), false);
        partition.apply(ControllerApi.of(request).decide().apply(partition.context, request).records());
    }

    private ErrorCode electUncleanly() {
        var request = new ElectLeaders.Request((byte) 1,
                List.of(new ElectLeaders.Request.TopicPartitions(TestPartition.NAME, List.of(0))), 1000);
        var decision = LeaderElections.decide(partition.context, request);
        partition.apply(decision.records());
        return decision.response().replicaElectionResults().get(0).partitionResult().get(0).errorCode();
    }

    @Test
    void fencedLeaderIsReplacedUncleanlyOnlyWhenItsSessionIsOver() {
        allowUncleanElection();
        partition.propose(1);
        assertThat(partition.fence(1).leader()).as("broker 1 may still live").isEqualTo(NO_LEADER);
        assertThat(partition.leave(1).leader()).isEqualTo(2);
        assertThat(partition.now().recovering()).isTrue();
    }

    @Test
    void fencedLeaderThatRegistersAgainLeadsAgain() {
        allowUncleanElection();
        partition.propose(1);
        partition.fence(1);
        assertThat(partition.registerAgain(1).leader()).isEqualTo(1);
        assertThat(partition.now().recovering()).isFalse();
    }

    @Test
    void operatorsElectionWaitsToo() {
        partition.propose(1);
        partition.fence(1);
        assertThat(electUncleanly()).isEqualTo(ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE);
        partition.context = partition.context.withSessions(Sessions.UNKNOWN);
        assertThat(electUncleanly()).as("no list of sessions yet")
                .isEqualTo(ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE);
        partition.leave(1);
        assertThat(electUncleanly()).isEqualTo(ErrorCode.NONE);
        assertThat(partition.now().leader()).isEqualTo(2);
    }

    @Test
    void memberInSyncFollowsAFencedLeaderAtOnce() {
        assertThat(partition.fence(1).leader()).isEqualTo(2);
        assertThat(partition.now().recovering()).isFalse();
    }

    @Test
    void partitionWithoutALeaderGetsOneWhenItsTopicAllowsIt() {
        partition.propose(1);
        assertThat(partition.leave(1).leader()).isEqualTo(NO_LEADER);
        allowUncleanElection();
        assertThat(partition.now().leader()).isEqualTo(2);
    }
}
