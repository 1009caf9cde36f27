package io.millrace.broker.request.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.partition.Append;
import io.millrace.broker.request.TestCluster;
import io.millrace.protocol.data.FetchParameters;
import io.millrace.protocol.message.data.ListOffsets;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader that may have been replaced without its knowledge. */
class LeaseTest {
    private static final int LONG_WAIT_MS = 20_000;

    @TempDir Path folder;
    private TestCluster cluster;
    private TestFetcher fetcher;

    @BeforeEach
    void start() throws IOException {
        cluster = new TestCluster(folder);
        fetcher = new TestFetcher(cluster);
        cluster.createTopic("orders", 1, TestCluster.OWN_ID, Map.of());
        cluster.append("orders", 1_000);
        cluster.mayServe(false);
    }

    @AfterEach
    void close() throws IOException {
        cluster.close();
    }

    private static ByteBuf batch() {
        return Unpooled.wrappedBuffer(
                MemoryRecords.withRecords(Compression.NONE, new SimpleRecord(2_000, new byte[9])).buffer());
    }

    private ListOffsets.Response.Partition latest() {
        var handler = new ListOffsetsHandler(cluster.partitions(), new TopicLookup(cluster::image));
        var request = new ListOffsets.Request(-1, (byte) 0, List.of(new ListOffsets.Request.Topic("orders",
                List.of(new ListOffsets.Request.Partition(0, -1, -1)))), 0);
        return cluster.ask(handler, ListOffsets.Response.class, request, 9).topics().get(0).partitions()
                .get(0);
    }

    private ErrorCode append(boolean needsAllReplicas) {
        Append outcome = TestCluster.await(cluster.append("orders", batch(), needsAllReplicas));
        return outcome.error();
    }

    private ErrorCode fetch(int replicaId) {
        return TestCluster.await(fetcher.fetch("orders", replicaId, 0, LONG_WAIT_MS)).errorCode();
    }

    @Test
    void refusesClientsAndGoesOnToServeFollowers() {
        assertThat(append(true)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(append(false)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(latest().errorCode()).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(fetch(FetchParameters.CONSUMER)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        assertThat(fetch(TestCluster.OTHER_ID)).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void servesAgainAsSoonAsItMay() {
        assertThat(append(true)).isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        cluster.mayServe(true);
        assertThat(append(true)).isEqualTo(ErrorCode.NONE);
        assertThat(latest().offset()).isEqualTo(2);
        assertThat(fetch(FetchParameters.CONSUMER)).isEqualTo(ErrorCode.NONE);
    }
}
