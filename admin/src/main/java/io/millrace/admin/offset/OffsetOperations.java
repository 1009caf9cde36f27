package io.millrace.admin.offset;

import io.millrace.admin.operation.Calls;
import io.millrace.admin.operation.LeaderCalls;
import io.millrace.admin.operation.OutcomeBuilder;
import io.millrace.admin.operation.Outcomes;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.message.data.ListOffsets;
import io.millrace.protocol.message.topic.DeleteRecords;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Looks offsets up, and deletes records before them. Immutable, for any thread. */
public final class OffsetOperations {
    private static final int CONSUMER = -1;
    private static final int ANY_EPOCH = -1;

    private final Calls calls;

    public OffsetOperations(Calls calls) {
        this.calls = calls;
    }

    /** Of committed transactions only, if so asked: {@link OffsetSpec#LATEST} is then the last stable offset. */
    public CompletableFuture<Outcomes<TopicPartition, ListedOffset>> list(
            Map<TopicPartition, OffsetSpec> specs, boolean isReadCommitted) {
        return LeaderCalls.of(calls, specs.keySet(), (node, own) -> list(node, own, specs, isReadCommitted));
    }

    private CompletableFuture<Outcomes<TopicPartition, ListedOffset>> list(int node,
            Collection<TopicPartition> partitions, Map<TopicPartition, OffsetSpec> specs,
            boolean isReadCommitted) {
        var topics = LeaderCalls.byTopic(partitions).entrySet().stream()
                .map(topic -> new ListOffsets.Request.Topic(topic.getKey(), topic.getValue().stream()
                        .map(number -> new ListOffsets.Request.Partition(number, ANY_EPOCH,
                                specs.get(new TopicPartition(topic.getKey(), number)).code()))
                        .toList()))
                .toList();
        byte isolation = (byte) (isReadCommitted ? 1 : 0);
        return calls.node(node, new ListOffsets.Request(CONSUMER, isolation, topics, calls.timeoutMs()))
                .thenApply(answer -> {
                    var outcomes = new OutcomeBuilder<TopicPartition, ListedOffset>();
                    for (var topic : answer.topics()) {
                        topic.partitions().forEach(each -> outcomes.add(
                                new TopicPartition(topic.name(), each.partitionIndex()),
                                new ListedOffset(each.offset(), each.timestamp(), each.leaderEpoch()),
                                each.errorCode(), null));
                    }
                    return outcomes.build();
                });
    }

    /** Deletes what lies before the offsets, -1 for all that is committed; answers where the partitions start then. */
    public CompletableFuture<Outcomes<TopicPartition, Long>> deleteRecords(Map<TopicPartition, Long> before) {
        return LeaderCalls.of(calls, before.keySet(), (node, own) -> deleteRecords(node, own, before));
    }

    private CompletableFuture<Outcomes<TopicPartition, Long>> deleteRecords(int node,
            Collection<TopicPartition> partitions, Map<TopicPartition, Long> before) {
        var topics = LeaderCalls.byTopic(partitions).entrySet().stream()
                .map(topic -> new DeleteRecords.Request.Topic(topic.getKey(), topic.getValue().stream()
                        .map(number -> new DeleteRecords.Request.Partition(number,
                                before.get(new TopicPartition(topic.getKey(), number))))
                        .toList()))
                .toList();
        return calls.node(node, new DeleteRecords.Request(topics, calls.timeoutMs())).thenApply(answer -> {
            var outcomes = new OutcomeBuilder<TopicPartition, Long>();
            for (var topic : answer.topics()) {
                topic.partitions()
                        .forEach(each -> outcomes.add(new TopicPartition(topic.name(), each.partitionIndex()),
                                each.lowWatermark(), each.errorCode(), null));
            }
            return outcomes.build();
        });
    }
}
