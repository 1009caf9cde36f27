package io.millrace.broker.coordinator.group;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.coordinator.group.Cluster.Answer;
import io.millrace.protocol.message.group.DescribeGroups;
import io.millrace.protocol.message.group.OffsetCommit;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Members join, leave, crash, dawdle and restart while the log is slow, refuses or loses its leader. Nothing that was
 * promised may break, and once the trouble ends the group must settle.
 */
class GroupSimulationTest {
    private static final int STEPS = 1_500;
    private static final int MOST_MEMBERS = 6;
    private static final int COMMITTED_PARTITION = 0;

    private final Cluster cluster = new Cluster(Map.of());
    private final List<SimulatedMember> members = new ArrayList<>();
    private final Set<Long> possibleOffsets = new HashSet<>(Set.of(-1L));
    private final List<Commit> commits = new ArrayList<>();
    private int highestGeneration;
    private int committedRecords;
    private long nextOffset = 1;
    private Random random;

    /** A commit that was sent when this was the highest generation that anyone had been told of. */
    private record Commit(long offset, int generation, int highestGeneration,
            Answer<OffsetCommit.Response> answer) {}

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void keepsItsPromisesWhateverHappens(long seed) {
        random = new Random(seed);
        for (int step = 0; step < STEPS; step++) {
            act();
            settleSome();
            check("seed " + seed + " step " + step);
        }
        assertSettles("seed " + seed);
    }

    private void act() {
        int dice = random.nextInt(100);
        if (dice < 6 && members.size() < MOST_MEMBERS) {
            var instanceId = random.nextInt(3) == 0 ? "instance-" + random.nextInt(3) : null;
            members.add(new SimulatedMember(cluster, instanceId, new int[] {3, 5, 9}[random.nextInt(3)]));
        } else if (members.isEmpty()) {
            cluster.timers.advance(100);
        } else if (dice < 8) {
            members.remove(random.nextInt(members.size()));
        } else if (dice < 10) {
            leave(members.remove(random.nextInt(members.size())));
        } else if (dice < 13) {
            restart(random.nextInt(members.size()));
        } else if (dice < 28) {
            commit(members.get(random.nextInt(members.size())));
        } else if (dice < 38) {
            cluster.timers.advance(random.nextInt(1_500));
        } else if (dice < 39) {
            cluster.partition.holdsCommits = !cluster.partition.holdsCommits;
        } else if (dice < 40) {
            cluster.partition.refusal = random.nextInt(3) == 0
                    ? ErrorCode.NOT_ENOUGH_REPLICAS
                    : ErrorCode.NONE;
        } else if (dice < 41 && random.nextInt(4) == 0) {
            failOver();
        } else {
            members.get(random.nextInt(members.size())).step();
        }
    }

    private void leave(SimulatedMember member) {
        if (!member.memberId.isEmpty() && member.instanceId == null) {
            cluster.leave(1, member.memberId);
        }
    }

    /** A static member comes back without its id; half of the time the old process lives on. */
    private void restart(int index) {
        var old = members.get(index);
        if (old.instanceId != null) {
            var next = new SimulatedMember(cluster, old.instanceId, 5 + 4 * random.nextInt(2));
            next.join();
            if (random.nextBoolean()) {
                members.set(index, next);
            } else {
                members.add(next);
            }
        }
    }

    private void commit(SimulatedMember member) {
        long offset = nextOffset++;
        var answer = cluster.commit(member.memberId, member.generation, COMMITTED_PARTITION, offset);
        commits.add(new Commit(offset, member.generation, highestGeneration, answer));
    }

    private void settleSome() {
        if (random.nextInt(10) == 0) {
            cluster.partition.settleAll(ErrorCode.NONE);
        }
        if (cluster.partition.uncommitted.isEmpty()) {
            committedRecords = cluster.partition.records.size();
        }
    }

    /** The leader dies; the next one has what was committed, and maybe more. */
    private void failOver() {
        var log = cluster.partition.records;
        int kept = committedRecords + random.nextInt(log.size() - committedRecords + 1);
        cluster.coordinators.onResign(0);
        cluster.startFrom(log.subList(0, kept));
        committedRecords = kept;
        highestGeneration = 0;
        commits.replaceAll(commit -> new Commit(commit.offset, commit.generation, 0, commit.answer));
    }

    private void check(String where) {
        for (var member : members) {
            if (member.assignment != null) {
                assertThat(member.assignment).as(where).isEqualTo(member.generation + ":"
                        + SimulatedMember.label(member.memberId, member.instanceId));
            }
            if (member.sync != null || member.assignment != null) {
                highestGeneration = Math.max(highestGeneration, currentGenerationOf(member));
            }
        }
        for (var commit : List.copyOf(commits)) {
            if (!commit.answer.isHere()) {
                possibleOffsets.add(commit.offset);
                continue;
            }
            commits.remove(commit);
            var error = Cluster.errorOf(commit.answer.get());
            if (error == ErrorCode.NONE) {
                assertThat(commit.generation == -1 || commit.generation >= commit.highestGeneration)
                        .as(where + ": commit of generation " + commit.generation).isTrue();
                possibleOffsets.removeIf(offset -> offset < commit.offset);
                possibleOffsets.add(commit.offset);
            } else if (error == ErrorCode.COORDINATOR_NOT_AVAILABLE || error == ErrorCode.NOT_COORDINATOR) {
                possibleOffsets.add(commit.offset);
            }
        }
        assertThat(possibleOffsets).as(where).contains(cluster.committed(COMMITTED_PARTITION));
        if (cluster.partition.uncommitted.isEmpty() && random.nextInt(20) == 0) {
            assertReplayEqualsLive(where);
        }
    }

    /** Zero unless the coordinator of this life confirms it: answers of a dead one say nothing about this one. */
    private int currentGenerationOf(SimulatedMember member) {
        var error = cluster.heartbeat(member.memberId, member.instanceId, member.generation);
        return error == ErrorCode.NONE || error == ErrorCode.REBALANCE_IN_PROGRESS ? member.generation : 0;
    }

    private void assertReplayEqualsLive(String where) {
        var live = describe(cluster);
        var replayed = new Cluster(Map.of());
        replayed.startFrom(cluster.partition.records);
        if (live.groupState().equals("Stable")) {
            assertThat(describe(replayed)).as(where).isEqualTo(live);
        }
        assertThat(replayed.committed(COMMITTED_PARTITION)).as(where)
                .isEqualTo(cluster.committed(COMMITTED_PARTITION));
    }

    private static DescribeGroups.Response.DescribedGroup describe(Cluster cluster) {
        var answer = new Answer<DescribeGroups.Response>();
        cluster.coordinators.describe(
                new DescribeGroups.Request(List.of(Cluster.GROUP), false), 5, answer);
        return answer.get().groups().get(0);
    }

    private void assertSettles(String where) {
        cluster.partition.holdsCommits = false;
        cluster.partition.refusal = ErrorCode.NONE;
        cluster.partition.settleAll(ErrorCode.NONE);
        if (members.isEmpty()) {
            members.add(new SimulatedMember(cluster, null, 5));
        }
        for (int i = 0; i < 400; i++) {
            cluster.timers.advance(500);
            members.forEach(SimulatedMember::step);
        }
        members.removeIf(member -> member.isFenced);
        var described = describe(cluster);
        assertThat(described.groupState()).as(where).isEqualTo("Stable");
        assertThat(described.members()).as(where).extracting("memberId")
                .containsExactlyInAnyOrderElementsOf(
                        members.stream().map(member -> member.memberId).toList());
        assertThat(members).as(where).allMatch(member -> member.assignment != null);
        cluster.coordinators.onResign(0);
        assertThat(cluster.timers.pending()).as(where).isZero();
    }
}
