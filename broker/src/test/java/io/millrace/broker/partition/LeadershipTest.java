package io.millrace.broker.partition;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.disk.DiskCalls;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.partition.IsrProposals.Outcome;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broker 1 leads; brokers 2 and 3 follow; two in-sync replicas are needed. */
class LeadershipTest {
    private static final int EPOCH = 5;

    @TempDir Path folder;
    private TestReplicas replicas;
    private int partitionEpoch;

    @BeforeEach
    void start() throws IOException {
        replicas = new TestReplicas(folder, DiskCalls.SYSTEM, FollowingListener.NONE,
                Map.of("min.insync.replicas", "2"));
    }

    @AfterEach
    void stop() throws IOException {
        replicas.close();
    }

    private void lead(int epoch, Integer... isr) {
        replicas.apply(
                new PartitionImage(0, List.of(1, 2, 3), List.of(isr), 1, epoch, partitionEpoch++));
    }

    private Partition partition() {
        return replicas.partition(0);
    }

    /** Appends records and returns when they are in the log; the outcome comes later. */
    private List<ErrorCode> append(int records, boolean needsAllReplicas) {
        var outcome = new ArrayList<ErrorCode>();
        long end = partition().log().logEndOffset() + records;
        replicas.loop.run(() -> partition().append(new Append(TestReplicas.batch(0, 0, records),
                needsAllReplicas, done -> outcome.add(done.error()))));
        replicas.loop.runUntil("the append",
                () -> !outcome.isEmpty() || partition().log().logEndOffset() == end);
        return outcome;
    }

    private void fetch(int brokerId, long offset) {
        fetch(brokerId, offset, EPOCH, offset == 0 ? -1 : EPOCH);
    }

    private void fetch(int brokerId, long offset, int leaderEpoch, int lastFetchedEpoch) {
        replicas.loop.run(() -> partition().fetched(new FollowerFetch(brokerId,
                replicas.liveEpochs.get(brokerId), leaderEpoch, offset, lastFetchedEpoch)));
    }

    private List<Integer> lastProposal() {
        var all = replicas.proposals;
        return all.isEmpty() ? List.of()
                : all.get(all.size() - 1).isr().stream().map(IsrProposals.Member::brokerId).toList();
    }

    @Test
    void anAppendForAllIsAnsweredWhenEveryMemberOfTheIsrHasIt() {
        lead(EPOCH, 1, 2, 3);
        var outcome = append(3, true);
        fetch(2, 3);
        assertThat(outcome).isEmpty();
        fetch(3, 2);
        assertThat(partition().highWatermark()).isEqualTo(2);
        assertThat(outcome).isEmpty();
        fetch(3, 3);
        assertThat(outcome).containsExactly(ErrorCode.NONE);
        assertThat(partition().highWatermark()).isEqualTo(3);
    }

    @Test
    void aFetchThatKnowsAnotherEpochOrHasAnotherHistoryIsNotCounted() {
        lead(EPOCH, 1, 2);
        append(3, true);
        fetch(2, 3, EPOCH - 1, EPOCH);
        fetch(2, 3, EPOCH + 1, EPOCH);
        fetch(2, 3, EPOCH, EPOCH - 2);
        fetch(2, 9, EPOCH, EPOCH);
        assertThat(partition().highWatermark()).isZero();
        fetch(2, 3, EPOCH, EPOCH);
        assertThat(partition().highWatermark()).isEqualTo(3);
    }

    @Test
    void theHighWatermarkStandsWhileTheIsrIsSmallerThanItMustBe() {
        lead(EPOCH, 1);
        assertThat(append(1, true)).containsExactly(ErrorCode.NOT_ENOUGH_REPLICAS);
        append(2, false);
        assertThat(partition().highWatermark()).isZero();
        fetch(2, 2);
        assertThat(lastProposal()).containsExactly(1, 2);
        assertThat(partition().highWatermark()).as("before the ISR has grown").isZero();
        lead(EPOCH, 1, 2);
        assertThat(partition().highWatermark()).isEqualTo(2);
    }

    @Test
    void whoLeavesTheIsrCountsUntilTheControllerHasCommittedThat() {
        lead(EPOCH, 1, 2, 3);
        append(2, false);
        for (int i = 0; i < 12; i++) {
            replicas.loop.passMs(TestReplicas.LAG_MS / 10);
            fetch(2, 2);
            fetch(3, 1);
        }
        assertThat(lastProposal()).containsExactly(1, 2);
        assertThat(partition().highWatermark()).isEqualTo(1);
        lead(EPOCH, 1, 2);
        assertThat(partition().highWatermark()).isEqualTo(2);
    }

    @Test
    void whoKnowsSoonerThanTheLeaderThatItIsAReplicaNeedNotSaySoTwice() {
        replicas.apply(new PartitionImage(0, List.of(1, 2), List.of(1, 2), 1, EPOCH, partitionEpoch++));
        fetch(3, 0);
        assertThat(lastProposal()).isEmpty();
        lead(EPOCH, 1, 2);
        assertThat(lastProposal()).containsExactly(1, 2, 3);
    }

    @Test
    void whoJoinsTheIsrCountsAtOnce() {
        lead(EPOCH, 1, 2);
        fetch(2, 0);
        fetch(3, 0);
        assertThat(lastProposal()).containsExactly(1, 2, 3);
        append(1, true);
        replicas.loop.passMs(2 * TestReplicas.LAG_MS);
        fetch(2, 1);
        assertThat(partition().highWatermark()).as("3 may be in the ISR by now").isZero();
        fetch(3, 1);
        assertThat(partition().highWatermark()).isEqualTo(1);
    }

    @Test
    void whoLacksTheStartOfTheEpochDoesNotJoin() {
        lead(EPOCH, 1, 2);
        append(4, false);
        lead(EPOCH + 2, 1, 2);
        fetch(3, 3, EPOCH + 2, EPOCH);
        assertThat(lastProposal()).isEmpty();
        fetch(3, 4, EPOCH + 2, EPOCH);
        assertThat(lastProposal()).containsExactly(1, 2, 3);
    }

    @Test
    void anEarlierProcessOfABrokerDoesNotJoin() {
        lead(EPOCH, 1, 2);
        replicas.liveEpochs.put(3, 99L);
        replicas.loop.run(() -> partition().fetched(new FollowerFetch(3, 13, EPOCH, 0, -1)));
        assertThat(lastProposal()).isEmpty();
        fetch(3, 0);
        assertThat(lastProposal()).containsExactly(1, 2, 3);
    }

    @Test
    void timeInWhichTheLeaderStoodStillIsNotHeldAgainstItsFollowers() {
        lead(EPOCH, 1, 2, 3);
        append(2, false);
        fetch(2, 1);
        fetch(3, 1);
        replicas.loop.standStillMs(2 * TestReplicas.LAG_MS);
        replicas.loop.run();
        fetch(2, 2);
        assertThat(lastProposal()).isEmpty();
        fetch(3, 2);
        replicas.loop.passMs(TestReplicas.LAG_MS / 2);
        assertThat(lastProposal()).isEmpty();
    }

    @Test
    void anUndecidedProposalIsRepeatedUntilTheMetadataShowsWhatBecameOfIt() {
        lead(EPOCH, 1, 2);
        replicas.answer(CompletableFuture.completedFuture(Outcome.UNDECIDED));
        fetch(3, 0);
        replicas.loop.passMs(1_000);
        assertThat(replicas.proposals).hasSizeBetween(5, 20).allMatch(each -> each.isr().size() == 3);
        append(1, true);
        fetch(2, 1);
        assertThat(partition().highWatermark()).as("3 may be in the ISR").isZero();
        lead(EPOCH, 1, 2, 3);
        int asked = replicas.proposals.size();
        replicas.loop.passMs(1_000);
        assertThat(replicas.proposals).hasSize(asked);
    }

    @Test
    void aRefusalIsFinalAlsoAfterAnAttemptThatNobodyKnowsTheEndOf() {
        lead(EPOCH, 1, 2);
        replicas.answer(CompletableFuture.completedFuture(Outcome.UNDECIDED));
        fetch(3, 0);
        append(1, true);
        replicas.answer(CompletableFuture.completedFuture(Outcome.REFUSED));
        replicas.liveEpochs.remove(3);
        for (int i = 0; i < 4; i++) {
            replicas.loop.passMs(TestReplicas.LAG_MS / 2);
            fetch(2, 1);
        }
        assertThat(partition().highWatermark()).as("3 is gone, and not in the ISR").isEqualTo(1);
    }
}
