package io.millrace.broker.request.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.request.TestCluster;
import io.millrace.protocol.data.ProducedPartition;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Appends for all replicas, to a leader with one follower and min.insync.replicas of 2. */
class AcksAllTest {
    private static final int OWN = TestCluster.OWN_ID;
    private static final int OTHER = TestCluster.OTHER_ID;
    private static final int LONG_MS = 3_600_000;

    @TempDir Path folder;
    private TestCluster cluster;
    private TestProducer producer;
    private TestFetcher follower;

    @BeforeEach
    void start() throws IOException {
        cluster = new TestCluster(folder);
        producer = new TestProducer(cluster);
        follower = new TestFetcher(cluster);
        cluster.createTopic("orders", 1, OWN, Map.of("min.insync.replicas", "2"));
        cluster.change("orders", OWN, 5, List.of(OWN, OTHER));
    }

    @AfterEach
    void close() throws IOException {
        cluster.close();
    }

    private CompletableFuture<ProducedPartition> send(int timeoutMs) {
        ByteBuf batch = Unpooled.wrappedBuffer(
                MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(2_000, new byte[9])).buffer());
        return producer.send("orders", 0, batch, timeoutMs);
    }

    private static ErrorCode errorOf(CompletableFuture<ProducedPartition> outcome) {
        return TestCluster.await(outcome).errorCode();
    }

    @Test
    void isAcknowledgedOnceTheFollowerAsksForMore() {
        var outcome = send(LONG_MS);
        TestCluster.await(follower.fetch("orders", OTHER, 0, 20_000));
        assertThat(outcome).isNotDone();
        TestCluster.await(follower.fetch("orders", OTHER, 1, 0));
        assertThat(TestCluster.await(outcome).baseOffset()).isZero();
    }

    @Test
    void eachTimesOutByItsOwnTimeoutAndStaysInTheLog() {
        var patient = send(LONG_MS);
        assertThat(errorOf(send(50))).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
        assertThat(errorOf(send(0))).isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
        assertThat(patient).isNotDone();
        TestCluster.await(follower.fetch("orders", OTHER, 3, 0));
        assertThat(errorOf(patient)).isEqualTo(ErrorCode.NONE);
        assertThat(cluster.partition("orders", 0).highWatermark()).isEqualTo(3);
    }

    @Test
    void isRefusedBeforeTheAppendWhenTooFewReplicasAreInSync() {
        cluster.change("orders", OWN, 5, List.of(OWN));
        assertThat(errorOf(send(LONG_MS))).isEqualTo(ErrorCode.NOT_ENOUGH_REPLICAS);
        assertThat(cluster.partition("orders", 0).log().logEndOffset()).isZero();
    }

    @Test
    void waitsForAsLongAsTooFewReplicasAreInSyncAfterTheAppend() {
        var outcome = send(LONG_MS);
        TestCluster.await(follower.fetch("orders", OTHER, 0, 20_000));
        cluster.change("orders", OWN, 5, List.of(OWN));
        assertThat(cluster.partition("orders", 0).highWatermark()).isZero();
        assertThat(outcome).isNotDone();
        TestCluster.await(follower.fetch("orders", OTHER, 1, 0));
        cluster.change("orders", OWN, 5, List.of(OWN, OTHER));
        assertThat(errorOf(outcome)).isEqualTo(ErrorCode.NONE);
    }
}
