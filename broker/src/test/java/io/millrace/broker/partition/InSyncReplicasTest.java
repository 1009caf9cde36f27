package io.millrace.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.partition.IsrProposals.Member;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Broker 1 leads, from offset 100 on; brokers 2 and 3 follow. */
class InSyncReplicasTest {
    private static final long LAG_NS = 1_000;
    private static final long EPOCH_START = 100;
    private static final Map<Integer, Long> LIVE = Map.of(1, 11L, 2, 12L, 3, 13L);
    private static final ReplicaContext CONTEXT = new ReplicaContext(1, id -> LIVE.getOrDefault(id, -1L),
            proposal -> new CompletableFuture<>(), FollowingListener.NONE, null, 1, () -> true,
            image -> true);

    private final InSyncReplicas replicas = new InSyncReplicas(1, EPOCH_START, LAG_NS, 0);
    private int partitionEpoch;

    private void commit(Integer... isr) {
        replicas.commit(new PartitionImage(0, List.of(1, 2, 3), List.of(isr), 1, 5, partitionEpoch++), 0);
    }

    private boolean fetch(int id, long offset, long leaderEnd, long nowNs) {
        return replicas.fetched(new FollowerFetch(id, LIVE.get(id), 5, offset, 4), leaderEnd, nowNs);
    }

    private List<Member> change(long highWatermark, long leaderEnd, long nowNs) {
        return replicas.change(CONTEXT, highWatermark, leaderEnd, nowNs);
    }

    @Test
    void nothingIsReplicatedBeforeEveryMemberHasFetched() {
        commit(1, 2, 3);
        assertThat(replicas.replicatedOffset(120, 0)).isNegative();
        fetch(2, 110, 120, 1);
        assertThat(replicas.replicatedOffset(120, 1)).isNegative();
        fetch(3, 115, 120, 1);
        assertThat(replicas.replicatedOffset(120, 1)).isEqualTo(110);
    }

    @Test
    void whoLagsLeavesAndCountsUntilThatIsCommitted() {
        commit(1, 2, 3);
        fetch(2, 120, 120, 1);
        fetch(3, 110, 120, 1);
        assertThat(change(110, 120, LAG_NS)).isNull();
        assertThat(change(110, 120, LAG_NS + 2)).containsExactly(new Member(1, 11), new Member(2, 12));
        assertThat(change(110, 120, LAG_NS + 3)).as("while one is under way").isNull();
        assertThat(replicas.replicatedOffset(120, LAG_NS + 3)).isEqualTo(110);
        commit(1, 2);
        assertThat(replicas.replicatedOffset(120, LAG_NS + 3)).isEqualTo(120);
    }

    @Test
    void whoHasAllOfALongQuietLogIsInSyncWhenItGrows() {
        commit(1, 2, 3);
        fetch(2, 120, 120, 1);
        fetch(3, 120, 120, 1);
        replicas.appending(120, 50 * LAG_NS);
        assertThat(change(120, 121, 50 * LAG_NS + 1)).isNull();
        assertThat(change(120, 121, 52 * LAG_NS)).containsExactly(new Member(1, 11));
    }

    @Test
    void whoComesBackCountsFromItsProposalOn() {
        commit(1, 2);
        fetch(2, 120, 120, 1);
        fetch(3, 110, 120, 1);
        assertThat(change(115, 120, 1)).as("below the high watermark").isNull();
        fetch(3, 117, 130, 2);
        assertThat(change(115, 130, 2)).contains(new Member(3, 13));
        assertThat(replicas.replicatedOffset(130, 10 * LAG_NS)).isEqualTo(117);
        replicas.forgetProposal();
        assertThat(replicas.replicatedOffset(130, 10 * LAG_NS)).isEqualTo(120);
    }

    @Test
    void whoLacksTheStartOfTheEpochDoesNotJoin() {
        commit(1, 2);
        fetch(2, 99, 100, 1);
        fetch(3, 99, 100, 1);
        assertThat(change(90, 100, 1)).isNull();
        fetch(3, 100, 100, 2);
        assertThat(change(90, 100, 2)).contains(new Member(3, 13));
    }

    @Test
    void anEarlierProcessOfABrokerNeitherCountsNorJoins() {
        commit(1, 2);
        assertThat(fetch(3, 120, 120, 1)).isTrue();
        assertThat(replicas.fetched(new FollowerFetch(3, 10, 5, 130, 4), 130, 2)).isFalse();
        assertThat(replicas.fetched(new FollowerFetch(3, 14, 5, 130, 4), 130, 2)).isTrue();
        assertThat(change(100, 130, 2)).as("the registration is another one").isNull();
        assertThat(replicas.fetched(new FollowerFetch(9, 14, 5, 130, 4), 130, 2)).as("no replica").isFalse();
    }

    @Test
    void needsTheMembersThatTheTopicAsksForButNotMoreThanThereAre() {
        commit(1);
        assertThat(replicas.canCommit(1)).isTrue();
        assertThat(replicas.canCommit(2)).isFalse();
        commit(1, 2, 3);
        assertThat(replicas.canCommit(9)).isTrue();
    }
}
