package io.millrace.broker.request.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.request.TestCluster;
import io.millrace.protocol.data.FetchParameters;
import io.millrace.protocol.data.FetchRequestWriter;
import io.millrace.protocol.data.FetchResponse;
import io.millrace.protocol.data.FetchedPartition;
import io.millrace.protocol.message.data.ListOffsets;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
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

/** What clients are told of a partition that this broker leads and whose log is still being opened. */
class OpeningPartitionTest {
    private static final int FETCH_VERSION = 12;
    private static final int MEBIBYTE = 1 << 20;
    private static final int LONG_WAIT_MS = 20_000;

    @TempDir Path folder;
    private TestCluster cluster;
    private CompletableFuture<Void> opening;
    private FetchHandler fetches;

    @BeforeEach
    void start() throws IOException {
        cluster = new TestCluster(folder);
        fetches = TestFetcher.handler(cluster, "");
        opening = cluster.holdOpening();
        cluster.announceTopic("orders", 1, TestCluster.OWN_ID, Map.of());
    }

    @AfterEach
    void close() throws IOException {
        opening.complete(null);
        cluster.close();
    }

    private CompletableFuture<FetchedPartition> fetch(int maxWaitMs) {
        ByteBuf frame = Unpooled.buffer();
        var writer = new FetchRequestWriter();
        writer.begin(frame, FETCH_VERSION, new FetchParameters(FetchParameters.CONSUMER,
                FetchParameters.UNKNOWN_EPOCH, maxWaitMs, 1, MEBIBYTE, (byte) 0, 0,
                FetchParameters.NO_SESSION, "", null), 1);
        writer.topic("orders", Uuid.ZERO, 1);
        writer.partition(FetchRequestWriter.Position.ofConsumer(0, -1, 0, MEBIBYTE));
        writer.end(List.of());
        return cluster.send(fetches, ApiKey.FETCH, FETCH_VERSION, frame)
                .thenApply(answer -> FetchResponse.read(answer, FETCH_VERSION).topics().get(0).partitions()
                        .get(0));
    }

    private CompletableFuture<ListOffsets.Response.Partition> latest() {
        var handler = new ListOffsetsHandler(cluster.partitions(), new TopicLookup(cluster::image));
        var request = new ListOffsets.Request(-1, (byte) 0, List.of(new ListOffsets.Request.Topic("orders",
                List.of(new ListOffsets.Request.Partition(0, -1, -1)))), 0);
        return CompletableFuture
                .supplyAsync(() -> cluster.ask(handler, ListOffsets.Response.class, request, 9))
                .thenApply(response -> response.topics().get(0).partitions().get(0));
    }

    private static ByteBuf batch() {
        return Unpooled.wrappedBuffer(MemoryRecords.withRecords(Compression.NONE,
                new SimpleRecord(System.currentTimeMillis(), new byte[9])).buffer());
    }

    @Test
    void aFetchWaitsForTheLogAndThenForRecords() {
        var fetched = fetch(LONG_WAIT_MS);
        var produced = new TestProducer(cluster).send("orders", 0, batch());
        assertThat(fetched).isNotDone();
        opening.complete(null);
        assertThat(TestCluster.await(produced).errorCode()).isEqualTo(ErrorCode.NONE);
        var answer = TestCluster.await(fetched);
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.NONE);
        assertThat(answer.records().readableBytes()).isGreaterThan(RecordBatch.HEADER_BYTES);
    }

    @Test
    void aFetchThatWaitedLongEnoughIsToldToAskAgain() {
        assertThat(TestCluster.await(fetch(50)).errorCode()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(TestCluster.await(fetch(0)).errorCode()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void anOffsetIsLookedUpOnceTheLogIsThere() {
        var found = latest();
        opening.complete(null);
        assertThat(TestCluster.await(found))
                .isEqualTo(new ListOffsets.Response.Partition(0, ErrorCode.NONE, -1, 0, 5));
    }

    @Test
    void anOffsetOfALogThatTakesLongIsAskedForAgain() {
        assertThat(TestCluster.await(latest()).errorCode()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }

    @Test
    void aLogThatCannotBeOpenedIsAStorageError() {
        var fetched = fetch(LONG_WAIT_MS);
        var produced = new TestProducer(cluster).send("orders", 0, batch());
        opening.completeExceptionally(new IOException("the disk is gone"));
        assertThat(TestCluster.await(produced).errorCode()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(TestCluster.await(fetched).errorCode()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
        assertThat(TestCluster.await(latest()).errorCode()).isEqualTo(ErrorCode.KAFKA_STORAGE_ERROR);
    }
}
