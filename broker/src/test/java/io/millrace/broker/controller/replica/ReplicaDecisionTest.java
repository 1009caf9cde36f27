package io.millrace.broker.controller.replica;

import static io.millrace.broker.metadata.PartitionImage.NO_LEADER;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.controller.decision.ReportUnreachable;
import io.millrace.broker.controller.decision.Suspects;
import io.millrace.broker.controller.topic.ConfigChange;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.protocol.message.config.IncrementalAlterConfigs;
import io.millrace.protocol.message.config.IncrementalAlterConfigs.Request.AlterConfigsResource;
import io.millrace.protocol.message.config.IncrementalAlterConfigs.Request.AlterableConfig;
import io.millrace.protocol.message.topic.AlterPartition;
import io.millrace.protocol.message.topic.AlterPartition.Request.BrokerState;
import io.millrace.protocol.message.topic.AlterPartitionReassignments;
import io.millrace.protocol.message.topic.AlterPartitionReassignments.Request.ReassignablePartition;
import io.millrace.protocol.message.topic.AlterPartitionReassignments.Request.ReassignableTopic;
import io.millrace.protocol.message.topic.ElectLeaders;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who leads, who is in sync, who is eligible. Error codes are those of Kafka 4.4. */
class ReplicaDecisionTest {
    private final TestPartition partition = new TestPartition(2, 1, 2, 3);
    private Suspects suspects = Suspects.NONE;

    private PartitionImage expected(List<Integer> isr, int leader, int leaderEpoch, int partitionEpoch) {
        return new PartitionImage(0, List.of(1, 2, 3), isr, leader, leaderEpoch, partitionEpoch);
    }

    @Test
    void leaderThatDiesIsFollowedByTheFirstReplicaInSync() {
        assertThat(partition.leave(1)).isEqualTo(expected(List.of(2, 3), 2, 1, 1));
        assertThat(partition.start(1, true)).as("a start alone changes nothing")
                .isEqualTo(expected(List.of(2, 3), 2, 1, 1));
        assertThat(partition.propose(2, 3, 1).errorCode()).isEqualTo(ErrorCode.NONE);
        assertThat(partition.now()).isEqualTo(expected(List.of(2, 3, 1), 2, 1, 2));
    }

    @Test
    void followerThatDiesRaisesTheLeaderEpochButOneThatTheLeaderDropsDoesNot() {
        assertThat(partition.propose(1, 2).errorCode()).isEqualTo(ErrorCode.NONE);
        assertThat(partition.now()).isEqualTo(expected(List.of(1, 2), 1, 0, 1));
        partition.propose(1, 2, 3);
        assertThat(partition.leave(3)).isEqualTo(expected(List.of(1, 2), 1, 1, 3));
    }

    @Test
    void restartedLeaderStartsANewEpochAndANewSessionOfTheSameProcessDoesNot() {
        assertThat(partition.registerAgain(1)).isEqualTo(expected(List.of(1, 2, 3), 1, 0, 0));
        assertThat(partition.start(1, true)).isEqualTo(expected(List.of(2, 3), 2, 1, 1));
        var alone = new TestPartition(1, 4);
        assertThat(alone.start(4, true).leaderEpoch()).isEqualTo(1);
        assertThat(alone.now().leader()).isEqualTo(4);
        assertThat(alone.start(4, false).leader()).as("the only replica there is").isEqualTo(4);
        assertThat(alone.now().leaderEpoch()).isEqualTo(2);
        assertThat(alone.now().recovering()).isTrue();
    }

    @Test
    void everyFenceOfAnIsrChangeHolds() {
        assertThat(partition.propose(1, 2).errorCode()).isEqualTo(ErrorCode.NONE);
        var now = partition.now();
        long epoch = partition.epochOf(1);
        assertThat(answer(1, epoch, now.leaderEpoch() + 1, now.partitionEpoch()))
                .isEqualTo(ErrorCode.NOT_CONTROLLER);
        assertThat(answer(1, epoch, now.leaderEpoch(), now.partitionEpoch() + 1))
                .isEqualTo(ErrorCode.NOT_CONTROLLER);
        assertThat(answer(1, epoch, now.leaderEpoch() - 1, now.partitionEpoch()))
                .isEqualTo(ErrorCode.FENCED_LEADER_EPOCH);
        assertThat(answer(1, epoch, now.leaderEpoch(), now.partitionEpoch() - 1))
                .isEqualTo(ErrorCode.INVALID_UPDATE_VERSION);
        assertThat(answer(2, partition.epochOf(2), now.leaderEpoch(), now.partitionEpoch()))
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(partition.propose(2, 3).errorCode()).as("lacks the leader")
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(partition.propose(1, 4).errorCode()).as("not a replica")
                .isEqualTo(ErrorCode.INVALID_REQUEST);
        assertThat(partition.propose(1, 2, 2).errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST);
        var stale = new AlterPartition.Request(1, epoch - 1, List.of());
        assertThat(IsrChange.decide(partition.context, stale).response().errorCode())
                .isEqualTo(ErrorCode.STALE_BROKER_EPOCH);
        assertThat(partition.now()).isEqualTo(now);
    }

    private ErrorCode answer(int sender, long senderEpoch, int leaderEpoch, int partitionEpoch) {
        var isr = List.of(1, 2, 3).stream().map(id -> new BrokerState(id, partition.epochOf(id))).toList();
        return partition.alter(sender, senderEpoch, new AlterPartition.Request.PartitionData(0, leaderEpoch,
                List.of(), isr, (byte) 0, partitionEpoch)).errorCode();
    }

    @Test
    void memberThatRegisteredAnewOrIsAboutToStopDoesNotJoin() {
        partition.propose(1, 2);
        long before = partition.epochOf(3);
        partition.start(3, true);
        var now = partition.now();
        var isr = List.of(new BrokerState(1, partition.epochOf(1)), new BrokerState(2, partition.epochOf(2)),
                new BrokerState(3, before));
        assertThat(partition.alter(1, partition.epochOf(1), new AlterPartition.Request.PartitionData(0,
                now.leaderEpoch(), List.of(), isr, (byte) 0, now.partitionEpoch())).errorCode())
                .isEqualTo(ErrorCode.INELIGIBLE_REPLICA);
        partition.drain(3);
        assertThat(partition.propose(1, 2, 3).errorCode()).isEqualTo(ErrorCode.INELIGIBLE_REPLICA);
        partition.leave(3);
        assertThat(partition.propose(1, 2, 3).errorCode()).isEqualTo(ErrorCode.INELIGIBLE_REPLICA);
    }

    @Test
    void changeThatWasMadeAlreadyIsGrantedAgain() {
        var before = partition.now();
        partition.propose(1, 2);
        var isr = List.of(new BrokerState(1, partition.epochOf(1)), new BrokerState(2, partition.epochOf(2)));
        var again = partition.alter(1, partition.epochOf(1), new AlterPartition.Request.PartitionData(0,
                before.leaderEpoch(), List.of(), isr, (byte) 0, before.partitionEpoch()));
        assertThat(again.errorCode()).isEqualTo(ErrorCode.NONE);
        assertThat(again.partitionEpoch()).isEqualTo(1).isEqualTo(partition.now().partitionEpoch());
    }

    @Test
    void membersThatLeaveASmallIsrStayEligibleAndLeadWhenTheyComeBack() {
        partition.leave(3);
        partition.leave(1);
        assertThat(partition.now().isr()).containsExactly(2);
        assertThat(partition.now().elr()).containsExactly(1);
        partition.leave(2);
        assertThat(partition.now().leader()).isEqualTo(NO_LEADER);
        assertThat(partition.now().isr()).isEmpty();
        assertThat(partition.now().elr()).containsExactlyInAnyOrder(1, 2);
        assertThat(partition.start(3, true).leader()).as("3 left before").isEqualTo(NO_LEADER);
        assertThat(partition.start(1, true).leader()).isEqualTo(1);
        assertThat(partition.now().isr()).containsExactly(1);
        assertThat(partition.now().elr()).containsExactly(2);
        partition.propose(1, 3);
        assertThat(partition.now().elr()).as("enough in sync to commit").isEmpty();
    }

    @Test
    void memberThatLostRecordsIsNotEligibleAnyMoreAndOnlyAnOperatorCanElectIt() {
        partition.leave(3);
        partition.leave(1);
        partition.leave(2);
        assertThat(partition.start(2, false).leader()).isEqualTo(NO_LEADER);
        assertThat(partition.now().elr()).containsExactly(1);
        assertThat(partition.now().lastKnownElr()).containsExactly(2);
        assertThat(partition.start(1, false).leader()).as("neither is known to have all")
                .isEqualTo(NO_LEADER);
        assertThat(elect(1)).isEqualTo(ErrorCode.NONE);
        assertThat(partition.now().leader()).isEqualTo(1);
        assertThat(partition.now().recovering()).isTrue();
        assertThat(partition.now().elr()).isEmpty();
        assertThat(partition.propose(1, 2).errorCode()).isEqualTo(ErrorCode.NONE);
        assertThat(partition.now().recovering()).isFalse();
    }

    private ErrorCode elect(int type) {
        var decision = LeaderElections.decide(partition.context, new ElectLeaders.Request((byte) type,
                List.of(new ElectLeaders.Request.TopicPartitions(TestPartition.NAME, List.of(0))), 1000));
        partition.apply(decision.records());
        return decision.response().replicaElectionResults().get(0).partitionResult().get(0).errorCode();
    }

    @Test
    void topicThatAllowsItElectsAnyLiveReplicaByItself() {
        setConfig("unclean.leader.election.enable", "true");
        partition.leave(3);
        partition.leave(1);
        partition.leave(2);
        assertThat(partition.start(3, true).leader()).isEqualTo(3);
        assertThat(partition.now().recovering()).isTrue();
    }

    private void setConfig(String name, String value) {
        var decision = ConfigChange.decide(partition.context, new IncrementalAlterConfigs.Request(
                List.of(new AlterConfigsResource((byte) 2, TestPartition.NAME,
                        List.of(new AlterableConfig(name, (byte) 0, value)))),
                false));
        var reset = EligibilityReset.after(partition.context, decision.records());
        partition.apply(decision.records());
        partition.apply(reset);
    }

    @Test
    void whereNothingIsInSyncAnotherMinInsyncReplicasLeavesEligibilityAlone() {
        partition.leave(3);
        partition.leave(1);
        partition.leave(2);
        var eligible = partition.now().elr();
        assertThat(eligible).isNotEmpty();
        setConfig("min.insync.replicas", "1");
        assertThat(partition.now().elr()).isEqualTo(eligible);
    }

    @Test
    void anotherMinInsyncReplicasTakesEligibilityBack() {
        partition.leave(3);
        partition.leave(1);
        assertThat(partition.now().elr()).isNotEmpty();
        setConfig("min.insync.replicas", "1");
        assertThat(partition.now().elr()).isEmpty();
        assertThat(partition.now().leaderEpoch()).isEqualTo(2);
    }

    @Test
    void drainingBrokerHandsItsLeadershipOverUnlessNobodyElseIsInSync() {
        assertThat(partition.drain(1)).isEqualTo(expected(List.of(2, 3), 2, 1, 1));
        var alone = new TestPartition(1, 4, 3);
        alone.propose(4);
        assertThat(alone.drain(4).leader()).isEqualTo(4);
        assertThat(alone.leave(4).leader()).isEqualTo(NO_LEADER);
    }

    @Test
    void fencedRegistrationStaysAwayUntilItsBrokerRegistersAnew() {
        assertThat(partition.fence(1).leader()).isEqualTo(2);
        assertThat(partition.context.image().isLive(1)).as("its node is still there").isFalse();
        assertThat(BrokerChange.fence(partition.context, 2, partition.epochOf(2) - 1)).isEmpty();
        partition.registerAgain(1);
        assertThat(partition.context.image().isLive(1)).isTrue();
        assertThat(partition.propose(2, 3, 1).errorCode()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void brokerIsTakenForDeadWhenTheControllerAndAPeerAgreeOrTheControllerAloneTwice() {
        partition.apply(List.of(new MetadataRecord.ControllerChanged(4, 1)));
        assertThat(report(4, 1)).as("the controller alone").isTrue();
        assertThat(report(4, 1)).isTrue();
        assertThat(report(2, 1)).as("and a peer").isFalse();
        assertThat(partition.now().leader()).isEqualTo(2);
        assertThat(report(2, 3)).isTrue();
        assertThat(report(3, 3)).as("about itself").isTrue();
        assertThat(report(4, 3)).isFalse();
        suspects = Suspects.NONE;
        assertThat(report(4, 2)).as("no peer is left").isTrue();
        assertThat(report(4, 2)).isFalse();
    }

    /** Whether the broker still counts as alive after the report. */
    private boolean report(int reporter, int broker) {
        var request = new ReportUnreachable.Request(reporter, partition.epochOf(reporter), broker,
                partition.epochOf(broker));
        var context = partition.context;
        suspects = suspects.with(request, context.image());
        var decision = BrokerChange.decide(context.withSuspects(suspects), request);
        partition.apply(decision.records());
        return partition.context.image().isLive(broker);
    }

    @Test
    void electionErrorsAreKafkas() {
        assertThat(elect(0)).isEqualTo(ErrorCode.ELECTION_NOT_NEEDED);
        assertThat(elect(1)).isEqualTo(ErrorCode.ELECTION_NOT_NEEDED);
        partition.leave(1);
        assertThat(elect(0)).isEqualTo(ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE);
        partition.start(1, true);
        partition.propose(1, 2, 3);
        assertThat(elect(0)).isEqualTo(ErrorCode.NONE);
        assertThat(partition.now().leader()).isEqualTo(1);
        for (int broker = 1; broker <= 3; broker++) {
            partition.leave(broker);
        }
        assertThat(elect(1)).isEqualTo(ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE);
        var all = LeaderElections.decide(partition.context, new ElectLeaders.Request((byte) 7, null, 1));
        assertThat(all.response().errorCode()).isEqualTo(ErrorCode.INVALID_REQUEST);
    }

    @Test
    void leadersMoveBackWhenTooManyAreElsewhere() {
        partition.leave(1);
        partition.start(1, true);
        assertThat(LeaderElections.balance(partition.context, 10)).as("not in sync yet").isEmpty();
        partition.propose(1, 2, 3);
        assertThat(LeaderElections.balance(partition.context, 100)).isEmpty();
        partition.apply(LeaderElections.balance(partition.context, 10));
        assertThat(partition.now().leader()).isEqualTo(1);
    }

    @Test
    void partitionMovesWhenItsNewReplicasAreInSyncAndACancelledMoveGoesBack() {
        assertThat(reassign(List.of(4, 2))).isEqualTo(ErrorCode.NONE);
        assertThat(partition.now().replicas()).containsExactly(4, 2, 1, 3);
        assertThat(partition.now().adding()).containsExactly(4);
        assertThat(partition.now().removing()).containsExactly(1, 3);
        assertThat(reassign(null)).isEqualTo(ErrorCode.NONE);
        assertThat(partition.now().replicas()).containsExactlyInAnyOrder(1, 2, 3);
        assertThat(partition.now().leaderEpoch()).as("once a replica is gone").isOne();
        assertThat(reassign(null)).isEqualTo(ErrorCode.NO_REASSIGNMENT_IN_PROGRESS);
        reassign(List.of(4, 2));
        assertThat(partition.propose(1, 2, 3, 4).errorCode()).isEqualTo(ErrorCode.NEW_LEADER_ELECTED);
        assertThat(partition.now().replicas()).containsExactly(4, 2);
        assertThat(partition.now().isr()).containsExactly(2, 4);
        assertThat(partition.now().leader()).isEqualTo(4);
        assertThat(partition.now().isReassigning()).isFalse();
    }

    @Test
    void moveThatOnlyDropsOrReordersIsDoneAtOnceAndBadOnesAreRefused() {
        assertThat(reassign(List.of(3, 1))).isEqualTo(ErrorCode.NONE);
        assertThat(partition.now().replicas()).containsExactly(3, 1);
        assertThat(partition.now().leader()).isEqualTo(1);
        assertThat(reassign(List.of())).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(reassign(List.of(1, 1))).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
        assertThat(reassign(List.of(1, 9))).isEqualTo(ErrorCode.INVALID_REPLICA_ASSIGNMENT);
    }

    @Test
    void refusedReassignmentNamesEveryPartitionAsKafkasClientExpects() {
        var request = new AlterPartitionReassignments.Request(1000, true,
                List.of(new ReassignableTopic(TestPartition.NAME, List.of(
                        new ReassignablePartition(0, List.of(1)),
                        new ReassignablePartition(1, List.of(2))))));
        var refused = Reassignments.refused(request, new ApiException(ErrorCode.REQUEST_TIMED_OUT, "late"));
        assertThat(refused.errorCode()).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
        assertThat(refused.responses()).singleElement().satisfies(topic -> assertThat(topic.partitions())
                .extracting(partition -> partition.partitionIndex() + " " + partition.errorCode())
                .containsExactly("0 REQUEST_TIMED_OUT", "1 REQUEST_TIMED_OUT"));
    }

    private ErrorCode reassign(List<Integer> replicas) {
        var decision = Reassignments.decide(partition.context, new AlterPartitionReassignments.Request(1000,
                true, List.of(new ReassignableTopic(TestPartition.NAME,
                        List.of(new ReassignablePartition(0, replicas))))));
        partition.apply(decision.records());
        return decision.response().responses().get(0).partitions().get(0).errorCode();
    }

    /** Follows who surely holds all that was committed, and checks that nobody else is elected cleanly. */
    @Test
    void cleanLeaderAlwaysHoldsAllThatWasCommittedWhateverHappens() {
        long firstSeed = System.nanoTime();
        for (long seed = firstSeed; seed < firstSeed + 300; seed++) {
            var random = new Random(seed);
            int minimum = 1 + random.nextInt(2);
            var test = new TestPartition(minimum, 1, 2, 3);
            Set<Integer> holders = new HashSet<>(Set.of(1, 2, 3));
            for (int step = 0; step < 120; step++) {
                var before = test.now();
                int broker = 1 + random.nextInt(3);
                boolean keepsAll = random.nextInt(3) > 0;
                if (!keepsAll && random.nextBoolean()) {
                    holders.remove(broker);
                    test.start(broker, false);
                } else if (random.nextBoolean()) {
                    move(test, random, broker);
                } else if (before.hasLeader() && test.isRegistered(before.leader())) {
                    propose(test, random, before);
                    holders.addAll(test.now().isr());
                }
                var now = test.now();
                check(before, now, "seed " + seed + " step " + step + ": " + before + " to " + now);
                if (now.recovering() || holders.isEmpty()) {
                    holders = new HashSet<>(now.isr());
                } else if (now.isr().size() >= minimum) {
                    assertThat(holders).as("seed %d step %d: %s", seed, step, now).contains(now.leader());
                    holders = new HashSet<>(now.isr());
                } else if (now.hasLeader()) {
                    assertThat(holders).as("seed %d step %d: %s", seed, step, now).contains(now.leader());
                    holders.addAll(now.isr());
                }
            }
        }
    }

    private static void move(TestPartition test, Random random, int broker) {
        switch (random.nextInt(4)) {
            case 0 -> test.leave(broker);
            case 1 -> test.start(broker, true);
            case 2 -> {
                if (test.isRegistered(broker)) {
                    test.drain(broker);
                }
            }
            default -> {
                if (test.isRegistered(broker)) {
                    test.fence(broker);
                }
            }
        }
    }

    private static void propose(TestPartition test, Random random, PartitionImage now) {
        var isr = now.replicas().stream()
                .filter(id -> id == now.leader() || random.nextBoolean()).toArray(Integer[]::new);
        test.propose(isr);
    }

    private static void check(PartitionImage before, PartitionImage now, String text) {
        assertThat(now.replicas()).as(text).containsAll(now.isr()).containsAll(now.elr());
        assertThat(now.isr()).as(text).doesNotHaveDuplicates().noneMatch(now.elr()::contains);
        assertThat(!now.hasLeader() || now.isr().contains(now.leader())).as(text).isTrue();
        assertThat(now.leaderEpoch()).as(text).isGreaterThanOrEqualTo(before.leaderEpoch());
        assertThat(now.leader() == before.leader() || now.leaderEpoch() > before.leaderEpoch()).as(text)
                .isTrue();
        assertThat(now.equals(before) || now.partitionEpoch() > before.partitionEpoch()).as(text).isTrue();
    }
}
