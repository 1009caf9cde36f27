package io.millrace.consumer;

import io.millrace.consumer.fetch.FoundOffset;
import io.millrace.consumer.position.OffsetAndMetadata;
import io.millrace.consumer.position.OffsetAndTimestamp;
import io.millrace.consumer.position.Position;
import io.millrace.protocol.client.Query;
import io.millrace.protocol.client.Route;
import io.millrace.protocol.cluster.ClusterView;
import io.millrace.protocol.cluster.PartitionView;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.cluster.TopicView;
import io.millrace.protocol.message.cluster.Metadata;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Questions to the cluster that do not touch what the consumer reads. Stateless; for the polling thread. */
final class Lookups {
    private final ConsumerClient client;
    private final boolean mayCreateTopics;

    Lookups(ConsumerClient client, Settings settings) {
        this.client = client;
        mayCreateTopics = settings.get(ConsumerSettings.AUTO_CREATE_TOPICS);
    }

    Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions, Duration timeout) {
        return client.await(client.commits().committed(partitions, (int) timeout.toMillis()), timeout,
                "what is committed for " + partitions);
    }

    Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(Map<TopicPartition, Long> timestamps,
            Duration timeout) {
        timestamps.forEach((partition, timestamp) -> {
            if (timestamp < 0) {
                throw new IllegalArgumentException("a timestamp is 0 or more, not " + timestamp);
            }
        });
        var times = new HashMap<TopicPartition, OffsetAndTimestamp>();
        offsets(timestamps, timeout).forEach((partition, found) -> {
            if (found.isFound()) {
                times.put(partition, new OffsetAndTimestamp(found.timestamp(), found.offset(),
                        Position.optionalEpoch(found.leaderEpoch())));
            }
        });
        return times;
    }

    /** The offsets at a place that a timestamp stands for. */
    Map<TopicPartition, Long> offsets(Collection<TopicPartition> partitions, long timestamp,
            Duration timeout) {
        var timestamps = new HashMap<TopicPartition, Long>();
        partitions.forEach(partition -> timestamps.put(partition, timestamp));
        var offsets = new HashMap<TopicPartition, Long>();
        offsets(timestamps, timeout).forEach((partition, found) -> offsets.put(partition, found.offset()));
        return offsets;
    }

    private Map<TopicPartition, FoundOffset> offsets(Map<TopicPartition, Long> timestamps, Duration timeout) {
        return timestamps.isEmpty() ? Map.of()
                : client.await(client.offsets(timestamps, timeout), timeout,
                        "the offset of " + timestamps.keySet());
    }

    Map<String, List<PartitionView>> listTopics(Duration timeout) {
        var topics = new TreeMap<String, List<PartitionView>>();
        client.await(allTopics(client, (int) timeout.toMillis()), timeout, "the list of topics")
                .forEach(topic -> topics.put(topic.name(), topic.partitions()));
        return topics;
    }

    /** All topics, asked of a broker and not of the view, which holds only those that are used. */
    static CompletableFuture<List<TopicView>> allTopics(ConsumerClient client, int timeoutMs) {
        return ask(client, new Metadata.Request(null, false, false, false), timeoutMs)
                .thenApply(view -> view.topics().values().stream()
                        .filter(topic -> topic.error() == ErrorCode.NONE).toList());
    }

    List<PartitionView> partitionsFor(String name, Duration timeout) {
        var request = new Metadata.Request(List.of(new Metadata.Request.Topic(Uuid.ZERO, name)),
                mayCreateTopics, false, false);
        var topic = client.await(ask(client, request, (int) timeout.toMillis()), timeout, "topic " + name)
                .topic(name);
        if (topic == null || topic.error() == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION) {
            return List.of();
        }
        if (topic.error() != ErrorCode.NONE) {
            throw new ApiException(topic.error(), "topic " + name + ": " + topic.error());
        }
        return topic.partitions();
    }

    private static CompletableFuture<ClusterView> ask(ConsumerClient client, Metadata.Request request,
            int timeoutMs) {
        return client.client().send(new Route.Any(), Query.of(request, Lookups::passing), timeoutMs)
                .thenApply(ClusterView.UNKNOWN::with);
    }

    /** An error that passes soon, so that it is asked again. */
    private static ErrorCode passing(Metadata.Response answer) {
        return answer.topics().stream().map(Metadata.Response.Topic::errorCode)
                .filter(error -> error == ErrorCode.LEADER_NOT_AVAILABLE).findFirst().orElse(ErrorCode.NONE);
    }
}
