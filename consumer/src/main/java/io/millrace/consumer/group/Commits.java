package io.millrace.consumer.group;

import io.millrace.consumer.position.OffsetAndMetadata;
import io.millrace.consumer.position.Position;
import io.millrace.protocol.client.ClusterClient;
import io.millrace.protocol.client.Query;
import io.millrace.protocol.client.Route;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.message.group.OffsetCommit;
import io.millrace.protocol.message.group.OffsetFetch;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Writes and reads the committed offsets of a group, by its coordinator. Immutable; for any thread. */
public final class Commits {
    private static final int LAST_VERSION_WITH_NAMES = 9;
    private static final int FIRST_FETCH_VERSION_WITH_GROUPS = 8;
    private static final int FIRST_FETCH_VERSION_WITH_STABLE = 7;

    private final ClusterClient client;
    private final String groupId;
    private final boolean wantsStable;

    /** Stable offsets are those that no open transaction is about to change. */
    public Commits(ClusterClient client, String groupId, boolean wantsStable) {
        this.client = client;
        this.groupId = groupId;
        this.wantsStable = wantsStable;
    }

    static Route.Coordinator coordinatorOf(String groupId) {
        return new Route.Coordinator(Route.CoordinatorType.GROUP, groupId);
    }

    /** Commits as this member, or, as a stranger, for a group without members. Fails with an ApiException. */
    public CompletableFuture<Void> commit(Member member, Map<TopicPartition, OffsetAndMetadata> offsets,
            int timeoutMs) {
        if (offsets.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        var topics = new LinkedHashMap<String, List<OffsetCommit.Request.Partition>>();
        offsets.forEach((partition, offset) -> topics
                .computeIfAbsent(partition.topic(), absent -> new ArrayList<>())
                .add(new OffsetCommit.Request.Partition(partition.partition(), offset.offset(),
                        offset.leaderEpoch().orElse(RecordBatch.NO_LEADER_EPOCH), offset.metadata())));
        var request = new OffsetCommit.Request(groupId, member.generationId(), member.memberId(),
                member.groupInstanceId(), -1,
                topics.entrySet().stream()
                        .map(topic -> new OffsetCommit.Request.Topic(topic.getKey(),
                                Uuid.ZERO, topic.getValue()))
                        .toList());
        var query = Query.of(request, answer -> worst(answer.topics().stream()
                .flatMap(topic -> topic.partitions().stream())
                .map(OffsetCommit.Response.Partition::errorCode)));
        return client.send(coordinatorOf(groupId), query.upTo(LAST_VERSION_WITH_NAMES), timeoutMs)
                .thenApply(answer -> null);
    }

    /** The error that decides what becomes of the whole: one that stays before one that may pass. */
    private static ErrorCode worst(Stream<ErrorCode> errors) {
        return errors.filter(error -> error != ErrorCode.NONE)
                .reduce((a, b) -> a.isRetriable() ? b : a).orElse(ErrorCode.NONE);
    }

    /** What the group has committed; partitions without a commit are left out. Fails with an ApiException. */
    public CompletableFuture<Map<TopicPartition, OffsetAndMetadata>> committed(
            Set<TopicPartition> partitions, int timeoutMs) {
        var byTopic = new LinkedHashMap<String, List<Integer>>();
        partitions.forEach(partition -> byTopic
                .computeIfAbsent(partition.topic(), absent -> new ArrayList<>()).add(partition.partition()));
        Query<OffsetFetch.Response> query = Query.of(ApiKey.OFFSET_FETCH,
                version -> request(version, byTopic), Commits::errorOf);
        return client.send(coordinatorOf(groupId), query.upTo(LAST_VERSION_WITH_NAMES), timeoutMs)
                .thenApply(Commits::offsets);
    }

    private OffsetFetch.Request request(int version, Map<String, List<Integer>> byTopic) {
        if (version < FIRST_FETCH_VERSION_WITH_GROUPS) {
            var topics = byTopic.entrySet().stream()
                    .map(topic -> new OffsetFetch.Request.Topic(topic.getKey(), topic.getValue())).toList();
            return new OffsetFetch.Request(groupId, topics, List.of(),
                    wantsStable && version >= FIRST_FETCH_VERSION_WITH_STABLE);
        }
        var topics = byTopic.entrySet().stream()
                .map(topic -> new OffsetFetch.Request.Topics(topic.getKey(),
                        Uuid.ZERO, topic.getValue()))
                .toList();
        return new OffsetFetch.Request("", List.of(),
                List.of(new OffsetFetch.Request.Group(groupId, null, -1, topics)), wantsStable);
    }

    private static ErrorCode errorOf(OffsetFetch.Response answer) {
        var ofGroups = answer.groups().stream().flatMap(group -> Stream.concat(Stream.of(group.errorCode()),
                group.topics().stream().flatMap(topic -> topic.partitions().stream())
                        .map(OffsetFetch.Response.Partitions::errorCode)));
        var ofTopics = answer.topics().stream().flatMap(topic -> topic.partitions().stream())
                .map(OffsetFetch.Response.Partition::errorCode);
        return worst(Stream.of(ofGroups, ofTopics, Stream.of(answer.errorCode()))
                .flatMap(each -> each));
    }

    private static Map<TopicPartition, OffsetAndMetadata> offsets(OffsetFetch.Response answer) {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        answer.groups().forEach(group -> group.topics().forEach(topic -> topic.partitions()
                .forEach(each -> put(offsets, new TopicPartition(topic.name(), each.partitionIndex()),
                        new Position(each.committedOffset(), each.committedLeaderEpoch()),
                        each.metadata()))));
        answer.topics().forEach(topic -> topic.partitions()
                .forEach(each -> put(offsets, new TopicPartition(topic.name(), each.partitionIndex()),
                        new Position(each.committedOffset(), each.committedLeaderEpoch()), each.metadata())));
        return offsets;
    }

    private static void put(Map<TopicPartition, OffsetAndMetadata> offsets, TopicPartition partition,
            Position position, String metadata) {
        if (position.offset() >= 0) {
            offsets.put(partition, new OffsetAndMetadata(position.offset(),
                    Position.optionalEpoch(position.leaderEpoch()), metadata));
        }
    }

    /** The failure of whoever has no group to commit in. */
    public static ApiException noGroup() {
        return new ApiException(ErrorCode.INVALID_GROUP_ID, "to subscribe or commit, set group.id");
    }
}
