package io.millrace.broker.request.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.request.TestCluster;
import io.millrace.protocol.message.data.ListOffsets;
import io.millrace.protocol.message.data.ListOffsets.Response.Partition;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ListOffsetsHandlerTest {
    private static final int NEWEST = 11;
    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    private static final long LARGEST_TIMESTAMP = -3;
    private static final int CONSUMER = -1;

    @TempDir Path folder;
    private TestCluster cluster;
    private ListOffsetsHandler handler;

    @BeforeEach
    void fill() throws IOException {
        cluster = new TestCluster(folder);
        handler = new ListOffsetsHandler(cluster.partitions(), new TopicLookup(cluster::image));
        cluster.createTopic("orders", 2, TestCluster.OWN_ID, Map.of());
        cluster.createTopic("elsewhere", 1, TestCluster.OTHER_ID, Map.of());
        cluster.append("orders", 1_000, 3_000, 2_000);
        cluster.append("orders", 4_000, 3_500);
    }

    @AfterEach
    void close() throws IOException {
        cluster.close();
    }

    private Partition ask(int version, long timestamp) {
        return ask(version, "orders", new ListOffsets.Request.Partition(0, -1, timestamp)).get(0);
    }

    private List<Partition> ask(int version, String topic, ListOffsets.Request.Partition... partitions) {
        var request = new ListOffsets.Request(CONSUMER, (byte) 0,
                List.of(new ListOffsets.Request.Topic(topic, Arrays.asList(partitions))), 0);
        return cluster.ask(handler, ListOffsets.Response.class, request, version).topics().get(0)
                .partitions();
    }

    private static Partition answer(long timestamp, long offset, int epoch) {
        return new Partition(0, ErrorCode.NONE, timestamp, offset, epoch);
    }

    private static Partition failure(int partition, ErrorCode error) {
        return new Partition(partition, error, -1, -1, -1);
    }

    @Test
    void positionsStandForTimestamps() {
        assertThat(ask(NEWEST, LATEST)).isEqualTo(answer(-1, 5, 5));
        assertThat(ask(NEWEST, EARLIEST)).isEqualTo(answer(-1, 0, 5));
        assertThat(ask(NEWEST, LARGEST_TIMESTAMP)).isEqualTo(answer(4_000, 3, 5));
        assertThat(ask(NEWEST, -4)).isEqualTo(answer(-1, 0, 5));
        assertThat(ask(NEWEST, -5)).isEqualTo(answer(-1, -1, -1));
        assertThat(ask(NEWEST, -6)).isEqualTo(answer(-1, -1, -1));
        assertThat(ask(3, LATEST)).isEqualTo(answer(-1, 5, -1));
    }

    @Test
    void aPositionThatTheVersionDoesNotKnowIsRefused() {
        for (var last : Map.of(LARGEST_TIMESTAMP, 6, -4L, 7, -5L, 8, -6L, 10, -7L, 11).entrySet()) {
            assertThat(ask(last.getValue(), last.getKey())).as("position %d", last.getKey())
                    .isEqualTo(failure(0, ErrorCode.UNSUPPORTED_VERSION));
        }
    }

    @Test
    void aTimeFindsTheFirstRecordAtOrAfterIt() {
        assertThat(ask(NEWEST, 0)).isEqualTo(answer(1_000, 0, 5));
        assertThat(ask(NEWEST, 1_001)).isEqualTo(answer(3_000, 1, 5));
        assertThat(ask(NEWEST, 3_001)).isEqualTo(answer(4_000, 3, 5));
        assertThat(ask(NEWEST, 4_001)).isEqualTo(answer(-1, -1, -1));
        assertThat(ask(1, 4_000)).isEqualTo(answer(4_000, 3, -1));
    }

    @Test
    void anEmptyLogHasNoLargestTimestamp() {
        var empty = new ListOffsets.Request.Partition(1, -1, LARGEST_TIMESTAMP);
        assertThat(ask(NEWEST, "orders", empty))
                .containsExactly(new Partition(1, ErrorCode.NONE, -1, -1, -1));
    }

    @Test
    void eachPartitionFailsAlone() {
        assertThat(ask(NEWEST, "orders",
                new ListOffsets.Request.Partition(0, 4, LATEST),
                new ListOffsets.Request.Partition(1, 6, LATEST),
                new ListOffsets.Request.Partition(2, -1, LATEST)))
                .containsExactly(failure(0, ErrorCode.FENCED_LEADER_EPOCH),
                        failure(1, ErrorCode.UNKNOWN_LEADER_EPOCH),
                        failure(2, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
        assertThat(ask(NEWEST, "elsewhere", new ListOffsets.Request.Partition(0, -1, LATEST)))
                .containsExactly(failure(0, ErrorCode.NOT_LEADER_OR_FOLLOWER));
        assertThat(ask(NEWEST, "nowhere", new ListOffsets.Request.Partition(0, -1, LATEST)))
                .containsExactly(failure(0, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
    }

    @Test
    void aPartitionThatIsNamedTwiceIsRefusedAndTheOthersAreNot() {
        var once = new ListOffsets.Request.Partition(1, -1, LATEST);
        var twice = new ListOffsets.Request.Partition(0, -1, LATEST);
        assertThat(ask(NEWEST, "orders", twice, once, twice)).containsExactly(
                failure(0, ErrorCode.INVALID_REQUEST), new Partition(1, ErrorCode.NONE, -1, 0, 5),
                failure(0, ErrorCode.INVALID_REQUEST));
    }
}
