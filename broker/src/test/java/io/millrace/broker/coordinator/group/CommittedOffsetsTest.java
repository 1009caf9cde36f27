package io.millrace.broker.coordinator.group;

import static io.millrace.broker.coordinator.group.Cluster.GATHER_MS;
import static io.millrace.broker.coordinator.group.Cluster.GROUP;
import static io.millrace.broker.coordinator.group.Cluster.TOPIC_ID;
import static io.millrace.broker.coordinator.group.Cluster.errorOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.coordinator.group.Cluster.Answer;
import io.millrace.protocol.message.group.OffsetCommit;
import io.millrace.protocol.message.group.OffsetFetch;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommittedOffsetsTest {
    private static final long DAY_MS = 24 * 60 * 60 * 1000L;

    private final Cluster cluster = new Cluster(Map.of("offsets.retention.minutes", "1440",
            "offsets.commit.timeout.ms", "5000", "offset.metadata.max.bytes", "8"));

    @Test
    void anyoneCommitsWhileTheGroupHasNoMembers() {
        assertThat(errorOf(cluster.commit("", -1, 0, 17).get())).isEqualTo(ErrorCode.NONE);
        assertThat(cluster.committed(0)).isEqualTo(17);
        assertThat(cluster.committed(1)).isEqualTo(-1);

        cluster.stableGroup(1);
        assertThat(errorOf(cluster.commit("", -1, 0, 18).get())).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(cluster.committed(0)).isEqualTo(17);
    }

    @Test
    void onlyMembersOfTheGenerationCommitWhenThereAreMembers() {
        assertThat(errorOf(cluster.commit("m", 1, 0, 1).get())).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        assertThat(errorOf(cluster.commit(8, "m", 1, new OffsetCommit.Request.Partition(0, 1, -1, "")).get()))
                .isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        var id = cluster.stableGroup(1).get(0);

        assertThat(errorOf(cluster.commit(id, 0, 0, 1).get())).isEqualTo(ErrorCode.ILLEGAL_GENERATION);
        assertThat(errorOf(cluster.commit("other", 1, 0, 1).get())).isEqualTo(ErrorCode.UNKNOWN_MEMBER_ID);
        assertThat(errorOf(cluster.commit(id, 1, 0, 5).get())).isEqualTo(ErrorCode.NONE);
        assertThat(cluster.committed(0)).isEqualTo(5);
    }

    @Test
    void answersNobodyWhileAnotherBrokerMayHaveTakenOver() {
        var id = cluster.stableGroup(1).get(0);
        cluster.mayServe = false;
        assertThat(errorOf(cluster.commit(id, 1, 0, 5).get())).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(cluster.heartbeat(id, 1)).isEqualTo(ErrorCode.NOT_COORDINATOR);
        cluster.mayServe = true;
        assertThat(cluster.heartbeat(id, 1)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void groupsLieWhereKafkaPutsThem() {
        assertThat(GroupCoordinators.partitionOf("kcat-group-17766-29", 50)).isEqualTo(25);
        assertThat(GroupCoordinators.partitionOf("importers", 50)).isEqualTo(11);
        assertThat("polygenelubricants".hashCode()).isEqualTo(Integer.MIN_VALUE);
        assertThat(GroupCoordinators.partitionOf("polygenelubricants", 50)).isZero();
    }

    @Test
    void refusesPartitionsAndNotesOneByOne() {
        var tooLong = new OffsetCommit.Request.Partition(0, 1, -1, "123456789");
        assertThat(errorOf(cluster.commit(9, "", -1, tooLong).get()))
                .isEqualTo(ErrorCode.OFFSET_METADATA_TOO_LARGE);
        assertThat(errorOf(cluster.commit("", -1, 4, 1).get()))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        cluster.deleteTopic(TOPIC_ID);
        assertThat(errorOf(cluster.commit("", -1, 0, 1).get()))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(
                errorOf(cluster.commit(10, "", -1, new OffsetCommit.Request.Partition(0, 1, -1, "")).get()))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID);
        assertThat(cluster.fetch(10, 0).get().get(0).topics().get(0).partitions().get(0).errorCode())
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_ID);
        assertThat(cluster.partition.records).isEmpty();
    }

    @Test
    void readsByNameByIdAndEverything() {
        cluster.commit(10, "", -1, new OffsetCommit.Request.Partition(2, 9, 4, "note"));

        var expected = new OffsetFetch.Response.Partitions(2, 9, 4, "note", ErrorCode.NONE);
        assertThat(cluster.fetch(9, 2).get().get(0).topics().get(0).partitions()).containsExactly(expected);
        assertThat(cluster.fetch(10, 2).get().get(0).topics().get(0).partitions()).containsExactly(expected);
        var all = new Answer<List<OffsetFetch.Response.Group>>();
        cluster.coordinators.fetch(List.of(new OffsetFetch.Request.Group(GROUP, null, -1, null),
                new OffsetFetch.Request.Group("unheard-of", null, -1, null)), 10, all);
        assertThat(all.get().get(0).topics()).containsExactly(
                new OffsetFetch.Response.Topics("topic", TOPIC_ID, List.of(expected)));
        assertThat(all.get().get(1).topics()).isEmpty();
        assertThat(all.get().get(1).errorCode()).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void aCommitCountsOnceTheLogHasIt() {
        cluster.partition.holdsCommits = true;
        var commit = cluster.commit("", -1, 0, 7);
        assertThat(commit.isHere()).isFalse();
        assertThat(cluster.committed(0)).isEqualTo(-1);
        cluster.partition.settleAll(ErrorCode.NONE);

        assertThat(errorOf(commit.get())).isEqualTo(ErrorCode.NONE);
        assertThat(cluster.committed(0)).isEqualTo(7);
        var failing = cluster.commit("", -1, 0, 8);
        cluster.partition.settleAll(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(errorOf(failing.get())).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(cluster.committed(0)).as("a failed write changes nothing").isEqualTo(7);
    }

    @Test
    void aCommitThatTakesTooLongMayBeTriedAgain() {
        cluster.partition.holdsCommits = true;
        var commit = cluster.commit("", -1, 0, 7);
        cluster.timers.advance(5_000);

        assertThat(errorOf(commit.get())).isEqualTo(ErrorCode.COORDINATOR_NOT_AVAILABLE);
        assertThat(cluster.committed(0)).isEqualTo(-1);
        cluster.partition.settleAll(ErrorCode.NONE);
        assertThat(cluster.committed(0)).isEqualTo(7);

        cluster.partition.refusal = ErrorCode.NOT_LEADER_OR_FOLLOWER;
        assertThat(errorOf(cluster.commit("", -1, 0, 8).get())).isEqualTo(ErrorCode.NOT_COORDINATOR);
        assertThat(cluster.committed(0)).as("a refused append changes nothing").isEqualTo(7);
    }

    @Test
    void aCommitKeepsItsMemberAlive() {
        var id = cluster.stableGroup(1).get(0);
        for (int i = 0; i < 10; i++) {
            cluster.timers.advance(5_000);
            assertThat(errorOf(cluster.commit(id, 1, 0, i).get())).isEqualTo(ErrorCode.NONE);
        }
    }

    @Test
    void offsetsAreKeptForAGroupWithMembersAndForADayAfterIt() {
        var id = cluster.stableGroup(1).get(0);
        cluster.commit(id, 1, 0, 5);
        for (long ms = 0; ms < 2 * DAY_MS; ms += 5_000) {
            cluster.timers.advance(5_000);
            cluster.heartbeat(id, 1);
        }
        assertThat(cluster.committed(0)).isEqualTo(5);
        cluster.leave(1, id);
        cluster.timers.advance(DAY_MS - 600_001);
        assertThat(cluster.committed(0)).isEqualTo(5);
        cluster.timers.advance(1_200_000);

        assertThat(cluster.committed(0)).isEqualTo(-1);
        assertThat(cluster.coordinators).satisfies(c -> assertNoGroups());
    }

    @Test
    void offsetsWithoutAGroupExpireAfterTheLastCommitOrWhenTheClientSaid() {
        cluster.commit("", -1, 0, 5);
        var answer = new Answer<OffsetCommit.Response>();
        cluster.coordinators.commit(new OffsetCommit.Request(GROUP, -1, "", null, 3 * DAY_MS,
                List.of(new OffsetCommit.Request.Topic("topic", Uuid.ZERO,
                        List.of(new OffsetCommit.Request.Partition(1, 6, -1, ""))))),
                4, answer);
        cluster.timers.advance(2 * DAY_MS);
        assertThat(cluster.committed(0)).isEqualTo(-1);
        assertThat(cluster.committed(1)).isEqualTo(6);
        cluster.timers.advance(2 * DAY_MS);
        assertThat(cluster.committed(1)).isEqualTo(-1);
        assertNoGroups();
    }

    private void assertNoGroups() {
        var restarted = cluster.partition.records;
        assertThat(GroupAdminTest.list(cluster, List.of(), List.of())).isEmpty();
        cluster.startFrom(restarted);
        assertThat(GroupAdminTest.list(cluster, List.of(), List.of())).isEmpty();
    }

    @Test
    void aDeletedTopicTakesItsOffsetsAlong() {
        cluster.commit("", -1, 0, 5);
        cluster.deleteTopic(TOPIC_ID);
        cluster.createTopic("topic", new Uuid(8, 8), 4);
        assertThat(cluster.committed(0)).as("committed for the topic before").isEqualTo(-1);
        cluster.coordinators.onTopicDeleted("topic");

        assertThat(cluster.partition.records.get(1).value()).as("a tombstone").isNull();
    }

    @Test
    void aNewLeaderKnowsAllThatWasCommitted() {
        var ids = cluster.stableGroup(2);
        cluster.commit(ids.get(0), 1, 0, 5);
        cluster.commit(ids.get(0), 1, 0, 6);
        cluster.partition.holdsReplay = true;
        cluster.startFrom(cluster.partition.records);
        cluster.coordinators.onResign(0);
        var log = cluster.partition.records;
        cluster.partition = new MemoryPartition(cluster.timers, log);
        cluster.partition.holdsReplay = true;
        cluster.coordinators.onLeader(0, cluster.partition);
        assertThat(errorOf(cluster.commit(ids.get(0), 1, 0, 7).get()))
                .isEqualTo(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
        assertThat(cluster.heartbeat(ids.get(0), 1)).as("taken to be well").isEqualTo(ErrorCode.NONE);
        cluster.partition.finishReplay();

        assertThat(cluster.committed(0)).isEqualTo(6);
        assertThat(cluster.heartbeat(ids.get(1), 1)).as("no rebalance").isEqualTo(ErrorCode.NONE);
        assertThat(errorOf(cluster.commit(ids.get(0), 1, 0, 8).get())).isEqualTo(ErrorCode.NONE);
        cluster.timers.advance(GATHER_MS);
        assertThat(cluster.sync(ids.get(1), 1, Map.of()).get().assignment().length()).isPositive();
    }
}
