package io.millrace.broker.request.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.disk.TestDisk;
import io.millrace.broker.log.segment.TestBatch;
import io.millrace.broker.partition.Append;
import io.millrace.broker.request.TestCluster;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerAfterForceTest {
    private static final String TOPIC = "ledger";
    private static final int PRODUCER = 7;

    @TempDir Path folder;
    private final TestDisk disk = new TestDisk();
    private TestCluster cluster;

    @BeforeEach
    void createTopicWhoseAcknowledgementsWaitForTheDisk() throws IOException {
        cluster = new TestCluster(folder, disk);
        cluster.createTopic(TOPIC, 1, TestCluster.OWN_ID, Map.of("flush.messages", "1"));
        disk.holdForces();
    }

    @AfterEach
    void close() throws IOException {
        cluster.close();
    }

    private CompletableFuture<Append> append(int sequence, boolean needsAllReplicas) {
        return cluster.append(TOPIC, TestBatch.of(1).from(PRODUCER, 0, sequence).encode(), needsAllReplicas);
    }

    private static Append await(CompletableFuture<Append> appended) {
        return appended.orTimeout(20, TimeUnit.SECONDS).join();
    }

    /** Until so many records are in the log, and the owner has done everything with them. */
    private void awaitRecords(long count) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (cluster.partition(TOPIC, 0).log().logEndOffset() < count) {
            assertThat(System.nanoTime()).as("waited for too long").isLessThan(deadlineNs);
            Thread.onSpinWait();
        }
        CompletableFuture.runAsync(() -> {}, cluster.partition(TOPIC, 0).owner())
                .orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Test
    void bothKindsOfAcknowledgementAndReadersWaitForTheForce() {
        var one = append(0, false);
        var all = append(1, true);
        awaitRecords(2);
        var partition = cluster.partition(TOPIC, 0);
        assertThat(one).isNotDone();
        assertThat(all).isNotDone();
        assertThat(partition.highWatermark()).isZero();
        disk.letAllForce();
        assertThat(await(one).baseOffset()).isZero();
        assertThat(await(all).baseOffset()).isEqualTo(1);
        assertThat(partition.highWatermark()).isEqualTo(2);
    }

    @Test
    void aRetryOfARecordThatIsNotForcedYetWaitsToo() {
        var first = append(0, true);
        var retry = append(0, true);
        awaitRecords(1);
        assertThat(retry).isNotDone();
        disk.letAllForce();
        assertThat(await(first).baseOffset()).isZero();
        assertThat(await(retry).baseOffset()).isZero();
    }

    @Test
    void whenTheForceFailsNothingIsAcknowledged() {
        var waiting = append(0, false);
        awaitRecords(1);
        disk.failForces(new IOException("Input/output error"));
        disk.letAllForce();
        assertThat(await(waiting).error()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(await(append(1, true)).error()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(cluster.partition(TOPIC, 0).highWatermark()).isZero();
    }
}
