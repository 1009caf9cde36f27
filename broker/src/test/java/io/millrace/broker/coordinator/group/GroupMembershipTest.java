package io.millrace.broker.coordinator.group;

import static io.millrace.broker.coordinator.group.Cluster.GATHER_MS;
import static io.millrace.broker.coordinator.group.Cluster.REBALANCE_MS;
import static io.millrace.broker.coordinator.group.Cluster.SESSION_MS;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.message.group.JoinGroup;
import io.millrace.protocol.message.group.LeaveGroup;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GroupMembershipTest {
    private static final int INITIAL_DELAY_MS = 3_000;

    private final Cluster cluster = new Cluster(Map.of("group.max.size", "3"));

    @Test
    void handsOutAMemberIdBeforeItAdmitsFromVersionFour() {
        var required = cluster.join(4, "", "range").get();

        assertThat(required.errorCode()).isEqualTo(ErrorCode.MEMBER_ID_REQUIRED);
        assertThat(required.memberId()).matches("client-[0-9a-f-]{36}");
        assertThat(required.protocolName()).isEmpty();
        assertThat(cluster.join(4, required.memberId(), "range").isHere()).isFalse();
        assertThat(cluster.join(3, "", "range").isHere()).isFalse();
        assertThat(cluster.join(7, "", "range").get().protocolName()).isNull();
    }

    @Test
    void anEmptyGroupWaitsForMoreMembersUpToTheRebalanceTimeout() {
        var first = cluster.join(3, "", "range");
        cluster.timers.advance(INITIAL_DELAY_MS - 1);
        var second = cluster.join(3, "", "range");
        cluster.timers.advance(INITIAL_DELAY_MS);
        assertThat(first.isHere()).as("the second extended the wait").isFalse();
        cluster.timers.advance(1);

        assertThat(first.get().generationId()).isEqualTo(1);
        assertThat(first.get().leader()).isEqualTo(first.get().memberId());
        assertThat(first.get().members()).hasSize(2);
        assertThat(second.get().members()).isEmpty();
        assertThat(second.get().leader()).isEqualTo(first.get().memberId());
    }

    @Test
    void electsTheProtocolThatAllSpeakAndMostPrefer() {
        var one = cluster.join(3, "", "sticky", "range");
        var two = cluster.join(3, "", "range", "sticky");
        var three = cluster.join(3, "", "cooperative", "range", "sticky");
        var stranger = cluster.join(3, "", "cooperative");
        cluster.timers.advance(GATHER_MS);

        assertThat(List.of(one, two, three)).allMatch(join -> join.get().protocolName().equals("range"));
        assertThat(stranger.get().errorCode()).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
    }

    @Test
    void refusesWhatCannotJoin() {
        assertThat(join("", SESSION_MS, "consumer", "").errorCode()).isEqualTo(ErrorCode.INVALID_GROUP_ID);
        assertThat(join("g", 5_999, "consumer", "").errorCode()).isEqualTo(ErrorCode.INVALID_SESSION_TIMEOUT);
        assertThat(join("g", 1_800_001, "consumer", "").errorCode())
                .isEqualTo(ErrorCode.INVALID_SESSION_TIMEOUT);
        assertThat(join("g", SESSION_MS, "", "").errorCode())
                .isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        assertThat(join("g", SESSION_MS, "consumer", "stale").errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        cluster.stableGroup(1);
        assertThat(cluster.join(5, "", "unheard-of").get().errorCode())
                .isEqualTo(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        assertThat(cluster.join(5, "stale", "range").get().errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    private JoinGroup.Response join(String group, int sessionMs, String type, String memberId) {
        return cluster.join(5, new JoinGroup.Request(group, sessionMs, REBALANCE_MS, memberId, null, type,
                List.of(new JoinGroup.Request.Protocol("range", Bytes.EMPTY)), null)).get();
    }

    @Test
    void assignsOnceTheLeaderHasSyncedAndTheLogHasIt() {
        var one = cluster.join(3, "", "range");
        var two = cluster.join(3, "", "range");
        cluster.timers.advance(GATHER_MS);
        var leader = one.get().memberId();
        var follower = two.get().memberId();
        cluster.partition.holdsCommits = true;

        var followerSync = cluster.sync(follower, 1, Map.of());
        var leaderSync = cluster.sync(leader, 1, Map.of(leader, "L", follower, "F", "nobody", "N"));
        assertThat(followerSync.isHere()).isFalse();
        assertThat(cluster.commit(follower, 1, 0, 5).get().topics().get(0).partitions().get(0).errorCode())
                .isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        var again = cluster.sync(leader, 1, Map.of(leader, "other"));
        assertThat(leaderSync.get().errorCode()).as("superseded").isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        cluster.partition.settleAll(ErrorCode.NONE);

        assertThat(again.get().assignment()).isEqualTo(Bytes.utf8("L"));
        assertThat(followerSync.get().assignment()).isEqualTo(Bytes.utf8("F"));
        assertThat(cluster.partition.records).hasSize(1);
        assertThat(cluster.sync(follower, 1, Map.of()).get().assignment()).isEqualTo(Bytes.utf8("F"));
    }

    @Test
    void anAssignmentThatIsNotSavedLeadsToANewRebalance() {
        var join = cluster.join(3, "", "range");
        cluster.timers.advance(GATHER_MS);
        cluster.partition.refusal = ErrorCode.NOT_ENOUGH_REPLICAS;
        var id = join.get().memberId();

        assertThat(cluster.sync(id, 1, Map.of(id, "x")).get().errorCode())
                .isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(cluster.heartbeat(id, 1)).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void aNewMemberMakesTheOthersRejoin() {
        var ids = cluster.stableGroup(2);
        var third = cluster.join(5, cluster.admit("range"), "range");

        assertThat(cluster.heartbeat(ids.get(0), 1)).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        var first = cluster.join(5, ids.get(0), "range");
        assertThat(third.isHere()).isFalse();
        var second = cluster.join(5, ids.get(1), "range");

        assertThat(List.of(first, second, third)).allMatch(join -> join.get().generationId() == 2);
        assertThat(first.get().members()).hasSize(3);
    }

    @Test
    void whoeverDoesNotRejoinInTimeIsOut() {
        var ids = cluster.stableGroup(2);
        var rejoined = cluster.join(5, ids.get(0), "range");
        for (int ms = 0; ms < REBALANCE_MS; ms += 5_000) {
            cluster.heartbeat(ids.get(1), 1);
            cluster.timers.advance(5_000);
        }

        assertThat(rejoined.get().members()).extracting(JoinGroup.Response.Member::memberId)
                .containsExactly(ids.get(0));
        assertThat(cluster.heartbeat(ids.get(1), 1)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aSilentMemberIsOutAfterItsSessionButNotWhileItWaits() {
        var ids = cluster.stableGroup(2);
        var waiting = cluster.join(5, ids.get(0), "range");
        for (int ms = 0; ms <= SESSION_MS; ms += 1_000) {
            cluster.timers.advance(1_000);
        }
        assertThat(waiting.get().generationId()).as("the silent one held it up for a session").isEqualTo(2);
        assertThat(waiting.get().members()).hasSize(1);
        assertThat(cluster.heartbeat(ids.get(0), 2)).isEqualTo(ErrorCode.NONE);
        assertThat(cluster.heartbeat(ids.get(0), 1)).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        cluster.timers.advance(SESSION_MS);
        assertThat(cluster.heartbeat(ids.get(0), 2)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(cluster.timers.pending()).as("only the retention round is left").isEqualTo(1);
    }

    @Test
    void whoeverTakesAGenerationAndNeverSyncsIsOut() {
        var one = cluster.join(3, "", "range");
        var two = cluster.join(3, "", "range");
        cluster.timers.advance(GATHER_MS);
        var leader = one.get().memberId();
        cluster.sync(leader, 1, Map.of(leader, "x"));
        for (int ms = 0; ms < REBALANCE_MS; ms += 5_000) {
            assertThat(cluster.heartbeat(leader, 1)).isEqualTo(ErrorCode.NONE);
            assertThat(cluster.heartbeat(two.get().memberId(), 1)).isEqualTo(ErrorCode.NONE);
            cluster.timers.advance(5_000);
        }
        assertThat(cluster.heartbeat(two.get().memberId(), 1)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(cluster.heartbeat(leader, 1)).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
    }

    @Test
    void aMemberThatNeverComesBackWithItsIdHoldsARebalanceUpForOneSession() {
        var ids = cluster.stableGroup(1);
        cluster.admit("range");
        var rejoined = cluster.join(5, ids.get(0), "range");

        cluster.timers.advance(SESSION_MS - 1);
        assertThat(rejoined.isHere()).isFalse();
        cluster.timers.advance(1);
        assertThat(rejoined.get().generationId()).isEqualTo(2);
    }

    @Test
    void aFollowerThatRejoinsUnchangedGetsTheGenerationAndALeaderStartsAnother() {
        var ids = cluster.stableGroup(2);

        assertThat(cluster.join(5, ids.get(1), "range").get().generationId()).isEqualTo(1);
        assertThat(cluster.join(5, ids.get(0), "range").isHere()).isFalse();
    }

    @Test
    void aStaticMemberComesBackWithoutARebalance() {
        var leader = cluster.joinStatic(5, "", "a");
        var follower = cluster.joinStatic(5, "", "b");
        cluster.timers.advance(GATHER_MS);
        var oldLeader = leader.get().memberId();
        var oldFollower = follower.get().memberId();
        cluster.sync(oldLeader, "a", 1, Map.of(oldLeader, "A", oldFollower, "B"));
        cluster.sync(oldFollower, "b", 1, Map.of());

        var newFollower = cluster.joinStatic(5, "", "b").get();
        assertThat(newFollower.generationId()).isEqualTo(1);
        assertThat(newFollower.memberId()).startsWith("b-").isNotEqualTo(oldFollower);
        assertThat(cluster.sync(newFollower.memberId(), "b", 1, Map.of()).get().assignment())
                .isEqualTo(Bytes.utf8("B"));
        assertThat(cluster.heartbeat(oldFollower, "b", 1)).isEqualTo(ErrorCode.FENCED_INSTANCE_ID);
        assertThat(cluster.heartbeat(oldFollower, 1)).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(cluster.heartbeat(oldLeader, "a", 1)).isEqualTo(ErrorCode.NONE);

        var asOfVersion5 = cluster.joinStatic(5, "", "a").get();
        assertThat(asOfVersion5.leader()).as("so that it does not assign").isEqualTo(oldLeader);
        assertThat(asOfVersion5.members()).isEmpty();
        var asOfVersion9 = cluster.joinStatic(9, "", "a").get();
        assertThat(asOfVersion9.skipAssignment()).isTrue();
        assertThat(asOfVersion9.leader()).isEqualTo(asOfVersion9.memberId());
        assertThat(asOfVersion9.members()).hasSize(2);
    }

    @Test
    void aStaticReplacementThatIsNotSavedIsTakenBack() {
        var first = cluster.joinStatic(5, "", "a");
        cluster.timers.advance(GATHER_MS);
        var id = first.get().memberId();
        cluster.sync(id, "a", 1, Map.of(id, "A"));
        cluster.partition.refusal = ErrorCode.NOT_LEADER_OR_FOLLOWER;

        assertThat(cluster.joinStatic(5, "", "a").get().errorCode()).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(cluster.heartbeat(id, "a", 1)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void membersLeaveAloneOrInABatch() {
        var ids = cluster.stableGroup(3);

        assertThat(cluster.leave(1, ids.get(2)).errorCode()).isEqualTo(ErrorCode.NONE);
        assertThat(cluster.leave(1, ids.get(2)).errorCode()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        var batch = cluster.leave(3, ids.get(2));
        assertThat(batch.errorCode()).isEqualTo(ErrorCode.NONE);
        assertThat(batch.members()).extracting(LeaveGroup.Response.Member::errorCode)
                .containsExactly(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(cluster.heartbeat(ids.get(0), 1)).isEqualTo(ErrorCode.REBALANCE_IN_PROGRESS);
        cluster.leave(4, ids.get(0));
        var pending = cluster.admit("range");
        assertThat(cluster.leave(4, pending).members().get(0).errorCode()).isEqualTo(ErrorCode.NONE);
        cluster.leave(4, ids.get(1));

        assertThat(cluster.partition.records).as("generation 1, then nobody").hasSize(2);
        var missing = new Cluster(Map.of()).leave(3, "anyone");
        assertThat(missing.errorCode()).isEqualTo(ErrorCode.NONE);
        assertThat(missing.members().get(0).errorCode()).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
    }

    @Test
    void aFullGroupTakesNobodyElse() {
        cluster.stableGroup(3);

        var fourth = cluster.join(5, "", "range").get();
        assertThat(fourth.errorCode()).isEqualTo(ErrorCode.GROUP_MAX_SIZE_REACHED);
        assertThat(fourth.memberId()).isEmpty();
    }

    @Test
    void whoeverWaitsIsSentAwayWhenLeadershipIsLost() {
        var joining = cluster.join(3, "", "range");
        cluster.coordinators.onResign(0);

        assertThat(joining.get().errorCode()).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(cluster.heartbeat("any", 1)).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(cluster.timers.pending()).isZero();
    }
}
