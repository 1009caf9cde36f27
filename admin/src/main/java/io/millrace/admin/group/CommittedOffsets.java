package io.millrace.admin.group;

import io.millrace.admin.operation.Calls;
import io.millrace.admin.operation.LeaderCalls;
import io.millrace.admin.operation.OutcomeBuilder;
import io.millrace.admin.operation.Outcomes;
import io.millrace.protocol.client.Query;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.message.group.OffsetCommit;
import io.millrace.protocol.message.group.OffsetDelete;
import io.millrace.protocol.message.group.OffsetFetch;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Reads, changes and deletes the offsets that groups have committed. Immutable, for any thread. */
public final class CommittedOffsets {
    private static final int FIRST_FETCH_OF_GROUPS = 8;
    private static final int LAST_WITH_NAMES = 9;
    private static final int FROM_OUTSIDE = -1;

    private final Calls calls;

    public CommittedOffsets(Calls calls) {
        this.calls = calls;
    }

    /** All offsets of each group; partitions without one are left out. */
    public CompletableFuture<Outcomes<String, SortedMap<TopicPartition, CommittedOffset>>> list(
            Collection<String> groupIds) {
        return Calls.each(groupIds, this::list);
    }

    private CompletableFuture<SortedMap<TopicPartition, CommittedOffset>> list(String groupId) {
        var query = new Query<OffsetFetch.Response>(ApiKey.OFFSET_FETCH,
                version -> version >= FIRST_FETCH_OF_GROUPS
                        ? new OffsetFetch.Request("", List.of(),
                                List.of(new OffsetFetch.Request.Group(groupId, null, -1, null)), false)
                        : new OffsetFetch.Request(groupId, null, List.of(), false),
                CommittedOffsets::errorOf, LAST_WITH_NAMES);
        return calls.group(groupId, query).thenApply(answer -> offsets(groupId, answer));
    }

    private static ErrorCode errorOf(OffsetFetch.Response answer) {
        return answer.groups().isEmpty() ? answer.errorCode() : answer.groups().get(0).errorCode();
    }

    private static SortedMap<TopicPartition, CommittedOffset> offsets(String groupId,
            OffsetFetch.Response answer) {
        if (errorOf(answer) != ErrorCode.NONE) {
            throw new ApiException(errorOf(answer), "group " + groupId + ": " + errorOf(answer));
        }
        var offsets = new TreeMap<TopicPartition, CommittedOffset>();
        for (var topic : answer.topics()) {
            topic.partitions().stream().filter(each -> each.committedOffset() >= 0)
                    .forEach(each -> offsets.put(new TopicPartition(topic.name(), each.partitionIndex()),
                            new CommittedOffset(each.committedOffset(), each.committedLeaderEpoch(),
                                    each.metadata())));
        }
        for (var group : answer.groups()) {
            for (var topic : group.topics()) {
                topic.partitions().stream().filter(each -> each.committedOffset() >= 0)
                        .forEach(each -> offsets.put(new TopicPartition(topic.name(), each.partitionIndex()),
                                new CommittedOffset(each.committedOffset(), each.committedLeaderEpoch(),
                                        each.metadata())));
            }
        }
        return offsets;
    }

    /** Commits from outside; the group must have no members. */
    public CompletableFuture<Outcomes<TopicPartition, Void>> alter(String groupId,
            Map<TopicPartition, CommittedOffset> offsets) {
        var topics = LeaderCalls.byTopic(offsets.keySet()).entrySet().stream()
                .map(topic -> new OffsetCommit.Request.Topic(topic.getKey(), Uuid.ZERO,
                        topic.getValue().stream()
                                .map(number -> partition(number,
                                        offsets.get(new TopicPartition(topic.getKey(), number))))
                                .toList()))
                .toList();
        var request = new OffsetCommit.Request(groupId, FROM_OUTSIDE, "", null, -1, topics);
        return calls.group(groupId, Query.of(request, CommittedOffsets::errorOf).upTo(LAST_WITH_NAMES))
                .thenApply(answer -> {
                    var outcomes = new OutcomeBuilder<TopicPartition, Void>();
                    for (var topic : answer.topics()) {
                        topic.partitions().forEach(each -> outcomes.add(
                                new TopicPartition(topic.name(), each.partitionIndex()), null,
                                each.errorCode(), null));
                    }
                    return outcomes.build();
                });
    }

    private static OffsetCommit.Request.Partition partition(int number, CommittedOffset offset) {
        return new OffsetCommit.Request.Partition(number, offset.offset(), offset.leaderEpoch(),
                offset.metadata());
    }

    private static ErrorCode errorOf(OffsetCommit.Response answer) {
        return answer.topics().isEmpty() || answer.topics().get(0).partitions().isEmpty() ? ErrorCode.NONE
                : answer.topics().get(0).partitions().get(0).errorCode();
    }

    /** Deletes committed offsets; nobody in the group may be subscribed to their topics. */
    public CompletableFuture<Outcomes<TopicPartition, Void>> delete(String groupId,
            Collection<TopicPartition> partitions) {
        var topics = LeaderCalls.byTopic(partitions).entrySet().stream()
                .map(topic -> new OffsetDelete.Request.Topic(topic.getKey(), topic.getValue().stream()
                        .map(OffsetDelete.Request.Partition::new).toList()))
                .toList();
        return calls.group(groupId, Query.of(new OffsetDelete.Request(groupId, topics),
                OffsetDelete.Response::errorCode)).thenApply(answer -> {
                    if (answer.errorCode() != ErrorCode.NONE) {
                        throw new ApiException(answer.errorCode(),
                                "group " + groupId + ": " + answer.errorCode());
                    }
                    var outcomes = new OutcomeBuilder<TopicPartition, Void>();
                    for (var topic : answer.topics()) {
                        topic.partitions().forEach(each -> outcomes.add(
                                new TopicPartition(topic.name(), each.partitionIndex()), null,
                                each.errorCode(), null));
                    }
                    return outcomes.build();
                });
    }
}
