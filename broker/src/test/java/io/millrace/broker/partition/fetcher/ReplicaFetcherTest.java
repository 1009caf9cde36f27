package io.millrace.broker.partition.fetcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.partition.Following;
import io.millrace.broker.partition.FollowingListener;
import io.millrace.broker.partition.Partition;
import io.millrace.broker.partition.TestReplicas;
import io.millrace.protocol.data.EpochEndOffset;
import io.millrace.protocol.data.FetchedPartition;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Broker 1 follows partitions that broker 2 leads. */
class ReplicaFetcherTest {
    private static final int LEADER = 2;
    private static final int EPOCH = 5;

    @TempDir Path folder;
    private final GatedDisk disk = new GatedDisk();
    private TestReplicas replicas;
    private TestLeader leader;
    private ReplicaFetcher fetcher;

    @BeforeEach
    void start() throws IOException {
        replicas = new TestReplicas(folder, disk, new FollowingListener() {
            @Override
            public void follows(Partition partition, Following following) {
                fetcher.add(partition, following);
            }

            @Override
            public void stops(Partition partition, Following following) {
                fetcher.remove(partition, following);
            }
        });
        leader = new TestLeader(replicas);
        var settings = new FetcherSettings(1, 1 << 20, 10 << 20, 1, 500, 1000, 30_000);
        fetcher = new ReplicaFetcher(LEADER, replicas.loop,
                new ReplicaFetcher.Surroundings(leader, TestReplicas.OWN_ID, () -> 11, settings,
                        CopyPace.UNLIMITED));
    }

    @AfterEach
    void stop() throws IOException {
        disk.open();
        replicas.close();
    }

    private static PartitionImage followed(int index, int epoch) {
        return new PartitionImage(index, List.of(1, 2, 3), List.of(1, 2, 3), LEADER, epoch, epoch);
    }

    /** Opens the session, with no news of any partition. */
    private void follow(int... indexes) {
        for (int index : indexes) {
            replicas.apply(followed(index, EPOCH));
        }
        replicas.loop.run();
        while (leader.waiting().maxWaitMs() == 0 || !leader.waiting().named().isEmpty()) {
            leader.answer();
        }
    }

    private void awaitNamed(String position) {
        replicas.loop.runUntil(position, () -> leader.names(position));
    }

    private void awaitEnd(int partition, long offset) {
        replicas.loop.runUntil("records of " + partition,
                () -> replicas.partition(partition).log().logEndOffset() == offset);
    }

    /** Answers, waits until the follower goes on from there, and leaves one request that waits for news. */
    private void bring(FetchedPartition answer, long endOffset) {
        leader.answer(answer);
        awaitNamed(answer.partition() + "@" + endOffset);
        while (leader.requestsUnderWay() > 1) {
            leader.answer();
        }
    }

    @Test
    void aSessionIsOpenedWithoutWaitingAndThenNamesOnlyWhatChanged() {
        follow(0, 1);
        assertThat(leader.waiting().named()).isEmpty();
        bring(leader.records(0, TestReplicas.batch(0, EPOCH, 3)), 3);
        assertThat(leader.waiting().named()).containsExactly("0@3");
    }

    @Test
    void aPartitionThatWaitsForItsDiskDoesNotHoldUpTheOthers() {
        follow(0, 1);
        bring(leader.records(0, TestReplicas.batch(0, EPOCH, 1)), 1);
        disk.shut();
        leader.answer(leader.records(0, TestReplicas.batch(1, EPOCH, 1)),
                leader.records(1, TestReplicas.batch(0, EPOCH, 1)));
        assertThat(leader.waiting().named()).containsExactly("0@2");
        assertThat(leader.waiting().forgotten()).containsExactly(1);
        leader.answer(leader.records(0, TestReplicas.batch(2, EPOCH, 1)));
        assertThat(leader.waiting().named()).containsExactly("0@3");
        disk.open();
        awaitNamed("1@1");
        assertThat(leader.requestsUnderWay()).as("a second request, though one waits").isEqualTo(2);
    }

    @Test
    void aNewPartitionIsAskedForAtOnceThoughAFetchWaitsAtTheLeader() {
        follow(0);
        assertThat(leader.requestsUnderWay()).isEqualTo(1);
        replicas.apply(followed(1, EPOCH));
        assertThat(leader.requestsUnderWay()).isEqualTo(2);
        replicas.apply(followed(2, EPOCH));
        assertThat(leader.requestsUnderWay()).as("two at most").isEqualTo(2);
        leader.answer();
        leader.answer();
        assertThat(leader.waiting().named()).containsExactly("2@0");
    }

    @Test
    void whatTheLeaderSendsTwiceBecauseTwoRequestsCrossedIsTakenOnce() {
        follow(0, 1);
        bring(leader.records(0, TestReplicas.batch(0, EPOCH, 1)), 1);
        replicas.apply(followed(2, EPOCH));
        assertThat(leader.requestsUnderWay()).isEqualTo(2);
        leader.answer(leader.records(0, TestReplicas.batch(1, EPOCH, 1)));
        leader.answer(leader.records(0, TestReplicas.batch(1, EPOCH, 1)));
        awaitEnd(0, 2);
        assertThat(leader.waiting().named()).containsExactly("0@2");
        assertThat(leader.waiting().forgotten()).as("it did not pause").isEmpty();
    }

    @Test
    void anAnswerToAnEarlierLeaderEpochIsNotTaken() {
        follow(0);
        replicas.apply(followed(0, EPOCH + 1));
        assertThat(leader.requestsUnderWay()).isEqualTo(2);
        leader.answer(leader.records(0, TestReplicas.batch(0, EPOCH, 1)));
        replicas.loop.run();
        assertThat(replicas.partition(0).log().logEndOffset()).isZero();
        leader.answer(leader.records(0, TestReplicas.batch(0, EPOCH, 2)));
        awaitEnd(0, 2);
    }

    @Test
    void aDivergingFollowerCutsItsLogAndAsksAgainUntilItIsWhereTheLeaderIs() {
        follow(0);
        bring(leader.records(0, TestReplicas.batch(0, EPOCH - 2, 4)), 4);
        bring(leader.records(0, TestReplicas.batch(4, EPOCH - 1, 4)), 8);
        replicas.apply(followed(0, EPOCH + 1));
        leader.answer();
        bring(leader.diverging(0, new EpochEndOffset(EPOCH - 1, 6)), 4); // a batch is cut whole
        assertThat(leader.waiting().named()).containsExactly("0@4");
        bring(leader.diverging(0, new EpochEndOffset(EPOCH - 3, 0)), 0);
        bring(leader.records(0, TestReplicas.batch(0, EPOCH + 1, 1)), 1);
    }

    @Test
    void aRefusedPartitionPausesAloneAndComesBack() {
        follow(0, 1);
        bring(leader.records(0, TestReplicas.batch(0, EPOCH, 1)), 1);
        leader.answer(leader.refused(1, ErrorCode.NOT_LEADER_OR_FOLLOWER));
        assertThat(leader.waiting().forgotten()).containsExactly(1);
        replicas.loop.passMs(20);
        assertThat(leader.waiting().named()).containsExactly("1@0");
    }

    @Test
    void aLostConnectionBeginsANewSessionThatReplacesTheOldOne() {
        follow(0, 1);
        int old = leader.waiting().sessionId();
        leader.fail("gone");
        assertThat(leader.requestsUnderWay()).isZero();
        replicas.loop.passMs(200);
        assertThat(leader.waiting().named()).containsExactly("0@0", "1@0");
        assertThat(leader.waiting().sessionEpoch()).isZero();
        assertThat(leader.waiting().sessionId()).isEqualTo(old);
    }

    @Test
    void newsOfTheHighWatermarkAreTakenWithoutNamingThePartitionAgain() {
        follow(0);
        bring(leader.records(0, TestReplicas.batch(0, EPOCH, 3)), 3);
        leader.answer(leader.news(0, 2));
        assertThat(replicas.partition(0).highWatermark()).isEqualTo(2);
        assertThat(leader.waiting().named()).isEmpty();
        leader.answer(leader.news(0, 9));
        assertThat(replicas.partition(0).highWatermark()).as("not beyond its own log").isEqualTo(3);
    }
}
