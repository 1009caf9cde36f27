package io.millrace.broker.request.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.request.TestCluster;
import io.millrace.protocol.data.FetchedPartition;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** This broker is in rack0, the other one in rack1; the topic has two records. */
class NearestReplicaTest {
    private static final int OWN = TestCluster.OWN_ID;
    private static final int OTHER = TestCluster.OTHER_ID;
    private static final int LAST_VERSION_WITHOUT_RACK = 10;
    private static final int LONG_WAIT_MS = 3_600_000;

    @TempDir Path folder;
    private TestCluster cluster;
    private TestFetcher fetcher;

    @BeforeEach
    void start() throws IOException {
        cluster = new TestCluster(folder);
        fetcher = new TestFetcher(cluster, TestFetcher.RACK_AWARE);
        cluster.createTopic("orders", 1, OWN, Map.of());
        cluster.append("orders", 1_000, 2_000);
        cluster.change("orders", OWN, 5, List.of(OWN, OTHER));
    }

    @AfterEach
    void close() throws IOException {
        cluster.close();
    }

    private FetchedPartition consume(int version, String rack, long offset) {
        return TestCluster.await(fetcher.consume(version, "orders", rack, offset, 0));
    }

    private static void assertServed(FetchedPartition answer) {
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.NONE);
        assertThat(answer.redirect()).isNull();
        assertThat(answer.records().isReadable()).isTrue();
    }

    @Test
    void consumerIsSentToTheReplicaInItsRackAtOnceAndWithoutRecords() {
        var answer = TestCluster.await(
                fetcher.consume(TestFetcher.NEWEST, "orders", "rack1", 2, LONG_WAIT_MS));
        assertThat(answer.errorCode()).isEqualTo(ErrorCode.NONE);
        assertThat(answer.redirect().preferredReadReplica()).isEqualTo(OTHER);
        assertThat(answer.records().isReadable()).isFalse();
    }

    @Test
    void everyoneElseIsServedByTheLeader() {
        assertServed(consume(TestFetcher.NEWEST, "rack0", 0));
        assertServed(consume(TestFetcher.NEWEST, "rack7", 0));
        assertServed(consume(TestFetcher.NEWEST, "", 0));
        assertServed(consume(LAST_VERSION_WITHOUT_RACK, "rack1", 0));
        cluster.change("orders", OWN, 5, List.of(OWN));
        assertServed(consume(TestFetcher.NEWEST, "rack1", 0));
        assertThat(consume(TestFetcher.NEWEST, "rack1", 3).errorCode())
                .isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    }

    @Test
    void aBrokerThatIsNotSetToSendsNobodyOn() {
        fetcher = new TestFetcher(cluster);
        assertServed(consume(TestFetcher.NEWEST, "rack1", 0));
    }

    @Test
    void aFollowerServesWhatItKnowsToBeCommitted() {
        cluster.append("orders", 3_000);
        cluster.change("orders", OTHER, 6, List.of(OTHER, OWN));
        assertServed(consume(TestFetcher.NEWEST, "rack0", 0));
        var end = consume(TestFetcher.NEWEST, "rack0", 2);
        assertThat(end.errorCode()).isEqualTo(ErrorCode.NONE);
        assertThat(end.highWatermark()).isEqualTo(2);
        assertThat(end.records().isReadable()).isFalse();
        assertThat(consume(TestFetcher.NEWEST, "rack0", 9).errorCode())
                .isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
        assertThat(consume(LAST_VERSION_WITHOUT_RACK, "", 0).errorCode())
                .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
        cluster.mayServe(false);
        assertThat(consume(TestFetcher.NEWEST, "rack0", 0).errorCode())
                .isEqualTo(ErrorCode.NOT_LEADER_OR_FOLLOWER);
    }
}
