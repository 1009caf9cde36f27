package io.millrace.broker.request.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.request.TestCluster;
import io.millrace.protocol.message.topic.DeleteRecords;
import io.millrace.protocol.message.topic.DeleteRecords.Response.PartitionResult;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeleteRecordsHandlerTest {
    @TempDir Path folder;
    private TestCluster cluster;

    @BeforeEach
    void start() throws IOException {
        cluster = new TestCluster(folder);
    }

    @AfterEach
    void close() throws IOException {
        cluster.close();
    }

    private void create(String topic, String cleanupPolicy) {
        cluster.createTopic(topic, 1, TestCluster.OWN_ID, Map.of("cleanup.policy", cleanupPolicy));
        cluster.append(topic, 1_000, 2_000, 3_000);
    }

    private PartitionResult delete(String topic, long offset) {
        var request = new DeleteRecords.Request(List.of(new DeleteRecords.Request.Topic(
                topic, List.of(new DeleteRecords.Request.Partition(0, offset)))), 1_000);
        var handler = new DeleteRecordsHandler(cluster::image, cluster.partitions());
        return cluster.ask(handler, DeleteRecords.Response.class, request, 2)
                .topics().get(0).partitions().get(0);
    }

    private static PartitionResult failure(ErrorCode error) {
        return new PartitionResult(0, -1, error);
    }

    @Test
    void theLogStartsAtTheOffsetAndNeverGoesBack() {
        create("orders", "delete");
        assertThat(delete("orders", 2)).isEqualTo(new PartitionResult(0, 2, ErrorCode.NONE));
        assertThat(delete("orders", 1)).isEqualTo(new PartitionResult(0, 2, ErrorCode.NONE));
        assertThat(delete("orders", -1)).isEqualTo(new PartitionResult(0, 3, ErrorCode.NONE));
        assertThat(cluster.partition("orders", 0).log().logStartOffset()).isEqualTo(3);
    }

    @Test
    void anOffsetOutsideTheLogIsRefused() {
        create("orders", "delete");
        assertThat(delete("orders", 4)).isEqualTo(failure(ErrorCode.OFFSET_OUT_OF_RANGE));
        assertThat(delete("orders", -2)).isEqualTo(failure(ErrorCode.OFFSET_OUT_OF_RANGE));
        assertThat(cluster.partition("orders", 0).log().logStartOffset()).isZero();
    }

    @Test
    void onlyATopicThatDeletesMayLoseRecords() {
        create("orders", "compact,delete");
        assertThat(delete("orders", 1)).isEqualTo(new PartitionResult(0, 1, ErrorCode.NONE));
        cluster.createTopic("prices", 1, TestCluster.OWN_ID, Map.of("cleanup.policy", "compact"));
        assertThat(delete("prices", 0)).isEqualTo(failure(ErrorCode.POLICY_VIOLATION));
        cluster.createTopic("__consumer_offsets", 1, TestCluster.OWN_ID, Map.of());
        assertThat(delete("__consumer_offsets", 0)).isEqualTo(failure(ErrorCode.INVALID_TOPIC_EXCEPTION));
    }

    @Test
    void theClientIsSentToTheLeader() {
        cluster.createTopic("elsewhere", 1, TestCluster.OTHER_ID, Map.of());
        assertThat(delete("elsewhere", 0)).isEqualTo(failure(ErrorCode.NOT_LEADER_OR_FOLLOWER));
        assertThat(delete("nowhere", 0)).isEqualTo(failure(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
    }
}
