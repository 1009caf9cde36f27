package io.millrace.consumer.fetch;

import io.millrace.consumer.position.Position;
import io.millrace.protocol.client.Query;
import io.millrace.protocol.cluster.ClusterView;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.data.FetchParameters;
import io.millrace.protocol.message.data.ListOffsets;
import io.millrace.protocol.message.data.OffsetForLeaderEpoch;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Questions to leaders about offsets, and what their answers say of each partition. Stateless. */
public final class OffsetQueries {

    private OffsetQueries() {}

    /** ListOffsets: the offsets for these timestamps. */
    public static Query<ListOffsets.Response> listOffsets(Map<TopicPartition, Long> timestamps,
            byte isolationLevel, int timeoutMs, ClusterView view) {
        var topics = byTopic(timestamps.keySet(), partition -> new ListOffsets.Request.Partition(
                partition.partition(), epochOf(partition, view), timestamps.get(partition)));
        var request = new ListOffsets.Request(FetchParameters.CONSUMER, isolationLevel,
                topics.entrySet().stream()
                        .map(topic -> new ListOffsets.Request.Topic(topic.getKey(), topic.getValue()))
                        .toList(),
                timeoutMs);
        return Query.of(request);
    }

    /** What the answer says of each partition. */
    public static Map<TopicPartition, FoundOffset> found(ListOffsets.Response answer) {
        var found = new HashMap<TopicPartition, FoundOffset>();
        answer.topics().forEach(topic -> topic.partitions().forEach(each -> found.put(
                new TopicPartition(topic.name(), each.partitionIndex()),
                new FoundOffset(each.errorCode(), each.offset(), each.timestamp(), each.leaderEpoch()))));
        return found;
    }

    static Query<OffsetForLeaderEpoch.Response> epochEnds(Map<TopicPartition, Position> positions,
            ClusterView view) {
        var topics = byTopic(positions.keySet(),
                partition -> new OffsetForLeaderEpoch.Request.Partition(partition.partition(),
                        epochOf(partition, view), positions.get(partition).leaderEpoch()));
        return Query.of(new OffsetForLeaderEpoch.Request(FetchParameters.CONSUMER, topics.entrySet().stream()
                .map(topic -> new OffsetForLeaderEpoch.Request.Topic(topic.getKey(), topic.getValue()))
                .toList()));
    }

    static Map<TopicPartition, FoundOffset> found(OffsetForLeaderEpoch.Response answer) {
        var found = new HashMap<TopicPartition, FoundOffset>();
        answer.topics().forEach(topic -> topic.partitions().forEach(each -> found.put(
                new TopicPartition(topic.topic(), each.partition()),
                new FoundOffset(each.errorCode(), each.endOffset(), RecordBatch.NO_TIMESTAMP,
                        each.leaderEpoch()))));
        return found;
    }

    /** The answer where the broker does not know the question: nothing was cut off, as far as can be told. */
    static Map<TopicPartition, FoundOffset> unchecked(Map<TopicPartition, Position> positions) {
        var found = new HashMap<TopicPartition, FoundOffset>();
        positions.forEach((partition, position) -> found.put(partition, new FoundOffset(ErrorCode.NONE,
                position.offset(), RecordBatch.NO_TIMESTAMP, position.leaderEpoch())));
        return found;
    }

    private static <P> Map<String, List<P>> byTopic(Set<TopicPartition> partitions,
            Function<TopicPartition, P> form) {
        var topics = new LinkedHashMap<String, List<P>>();
        partitions.forEach(partition -> topics
                .computeIfAbsent(partition.topic(), absent -> new ArrayList<>()).add(form.apply(partition)));
        return topics;
    }

    private static int epochOf(TopicPartition partition, ClusterView view) {
        var known = view.partition(partition.topic(), partition.partition());
        return known == null ? RecordBatch.NO_LEADER_EPOCH : known.leaderEpoch();
    }
}
