package io.millrace.broker.controller.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.metadata.PartitionImage;
import io.millrace.protocol.message.topic.AlterPartition;
import io.millrace.protocol.message.topic.AlterPartition.Request.BrokerState;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** An AlterPartition that was on its way for long: its own epochs say that it is too late, whoever the controller is. */
class DelayedIsrChangeTest {
    private final TestPartition partition = new TestPartition(1, 1, 2, 3);

    /** What the leader knew when it asked. */
    private record Asked(int sender, long senderEpoch, PartitionImage known, List<BrokerState> isr) {

        AlterPartition.Request request() {
            var change = new AlterPartition.Request.PartitionData(0, known.leaderEpoch(), List.of(), isr,
                    (byte) 0,
                    known.partitionEpoch());
            return new AlterPartition.Request(sender, senderEpoch,
                    List.of(new AlterPartition.Request.TopicData(TestPartition.TOPIC, List.of(change))));
        }
    }

    private Asked ask(int... isr) {
        var now = partition.now();
        return new Asked(now.leader(), partition.epochOf(now.leader()), now,
                IntStream.of(isr).mapToObj(id -> new BrokerState(id, partition.epochOf(id))).toList());
    }

    private ErrorCode arrive(Asked asked) {
        var before = partition.now();
        var decision = IsrChange.decide(partition.context, asked.request());
        assertThat(decision.records()).isEmpty();
        partition.apply(decision.records());
        assertThat(partition.now()).isEqualTo(before);
        var response = decision.response();
        return response.errorCode() != ErrorCode.NONE
                ? response.errorCode()
                : response.topics().get(0).partitions().get(0).errorCode();
    }

    @Test
    void expansionThatALaterShrinkOvertookIsFencedByThePartitionEpoch() {
        partition.propose(1, 2);
        var expansion = ask(1, 2, 3);
        partition.propose(1);
        assertThat(arrive(expansion)).isEqualTo(ErrorCode.INVALID_UPDATE_VERSION);
    }

    @Test
    void changeOfALeaderThatWasReplacedIsFencedByTheLeaderEpochEvenIfItLeadsAgain() {
        var shrink = ask(1, 2);
        partition.drain(1);
        assertThat(partition.now().leader()).isEqualTo(2);
        assertThat(arrive(shrink)).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
        partition.registerAgain(1);
        partition.propose(2, 3, 1);
        partition.leave(2);
        partition.leave(3);
        assertThat(partition.now().leader()).isEqualTo(1);
        var again = new Asked(1, partition.epochOf(1), shrink.known, List.of(
                new BrokerState(1, partition.epochOf(1)),
                new BrokerState(2, 1)));
        assertThat(arrive(again)).isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
    }

    @Test
    void changeOfAnEarlierRegistrationOfTheLeaderIsFencedByItsBrokerEpoch() {
        var shrink = ask(1, 2);
        partition.registerAgain(1);
        assertThat(partition.now().leader()).as("the same process goes on").isEqualTo(1);
        assertThat(arrive(shrink)).isEqualTo(ErrorCode.STALE_BROKER_EPOCH);
    }

    @Test
    void expansionByAFollowerThatHasRestartedMeanwhileIsFencedByTheFollowersBrokerEpoch() {
        partition.propose(1, 2);
        var expansion = ask(1, 2, 3);
        partition.start(3, false);
        assertThat(arrive(expansion)).isEqualTo(ErrorCode.INELIGIBLE_REPLICA);
    }

    @Test
    void changeToAPartitionThatWasCreatedAnewIsFencedByTheTopicId() {
        var shrink = ask(1, 2);
        partition.recreate();
        assertThat(arrive(shrink)).isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID);
    }
}
