package io.millrace.broker.request.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.request.NodeAddresses;
import io.millrace.broker.request.TestCluster;
import io.millrace.protocol.message.topic.DescribeTopicPartitions;
import io.millrace.protocol.message.topic.DescribeTopicPartitions.Request;
import io.millrace.protocol.message.topic.DescribeTopicPartitions.Response;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescribeTopicPartitionsHandlerTest {
    private static final int MOST_PARTITIONS = 4;

    @TempDir Path folder;
    private TestCluster cluster;

    @BeforeEach
    void create() throws IOException {
        cluster = new TestCluster(folder);
        cluster.createTopic("c", 2, TestCluster.OWN_ID, Map.of());
        cluster.createTopic("a", 3, TestCluster.OWN_ID, Map.of());
        cluster.createTopic("b", 3, TestCluster.OTHER_ID, Map.of());
    }

    @AfterEach
    void close() throws IOException {
        cluster.close();
    }

    private Response ask(int limit, Request.Cursor cursor, String... topics) {
        var handler = new DescribeTopicPartitionsHandler(cluster::image,
                new NodeAddresses(TestCluster.OWN_ID, Set.of()), MOST_PARTITIONS);
        var request = new Request(Arrays.stream(topics).map(Request.Topic::new).toList(), limit, cursor);
        return cluster.ask(handler, Response.class, request, 0);
    }

    /** Partitions as topic and index, or the topic and its error. */
    private static List<String> shown(Response response) {
        var shown = new ArrayList<String>();
        for (var topic : response.topics()) {
            if (topic.errorCode() != ErrorCode.NONE) {
                shown.add(topic.name() + " " + topic.errorCode());
            }
            topic.partitions().forEach(partition -> shown.add(topic.name() + partition.partitionIndex()));
        }
        return shown;
    }

    @Test
    void pagesThroughAllTopicsByName() {
        var first = ask(2000, null);
        assertThat(shown(first)).containsExactly("a0", "a1", "a2", "b0");
        assertThat(first.nextCursor()).isEqualTo(new Response.Cursor("b", 1));
        var second = ask(2, new Request.Cursor("b", 1));
        assertThat(shown(second)).containsExactly("b1", "b2");
        assertThat(second.nextCursor()).isEqualTo(new Response.Cursor("c", 0));
        var last = ask(0, new Request.Cursor("c", 1));
        assertThat(shown(last)).containsExactly("c1");
        assertThat(last.nextCursor()).isNull();
    }

    @Test
    void aCursorWhoseTopicIsGoneGoesOnWithTheNext() {
        assertThat(shown(ask(2000, new Request.Cursor("bb", 7)))).containsExactly("c0", "c1");
    }

    @Test
    void topicsThatAreAskedForByNameSayWhyTheyAreMissing() {
        assertThat(shown(ask(2000, null, "c", "b!", "aa"))).containsExactly(
                "aa UNKNOWN_TOPIC_OR_PARTITION", "b! INVALID_TOPIC_EXCEPTION", "c0", "c1");
    }

    @Test
    void aCursorOutsideTheRequestIsRefused() {
        assertThat(shown(ask(2000, new Request.Cursor("a", 0), "c"))).containsExactly("c INVALID_REQUEST");
        assertThat(shown(ask(2000, new Request.Cursor("c", -1), "c"))).containsExactly("c INVALID_REQUEST");
    }

    @Test
    void aPartitionShowsItsLeaderAndReplicas() {
        assertThat(ask(2000, null, "b").topics().get(0).partitions().get(1)).isEqualTo(
                new Response.Partition(ErrorCode.NONE, 1, TestCluster.OTHER_ID, 5, List.of(0, 1),
                        List.of(TestCluster.OTHER_ID), List.of(), List.of(), List.of()));
    }
}
