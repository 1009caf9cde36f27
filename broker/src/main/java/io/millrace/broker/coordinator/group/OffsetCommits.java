package io.millrace.broker.coordinator.group;

import io.millrace.broker.coordinator.group.journal.CoordinatorRecord;
import io.millrace.broker.coordinator.group.journal.Journal;
import io.millrace.broker.coordinator.group.journal.OffsetCommitKey;
import io.millrace.broker.coordinator.group.journal.OffsetCommitValue;
import io.millrace.broker.coordinator.group.membership.GroupState;
import io.millrace.broker.coordinator.group.membership.Membership;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.protocol.message.group.OffsetCommit;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Commits offsets of one shard's groups: who may, of which partitions, in which records. Used by its owner alone. */
final class OffsetCommits {
    private static final int FIRST_VERSION_WITH_GROUP_ID_NOT_FOUND = 9;
    private static final int FIRST_VERSION_WITH_TOPIC_IDS = 10;
    private static final int NO_GENERATION = -1;

    private final Groups groups;
    private final Journal journal;
    private final Membership membership;
    private final OffsetPolicy policy;
    private final Supplier<ClusterImage> image;
    private final InstantSource clock;

    OffsetCommits(Groups groups, Journal journal, Membership membership, OffsetPolicy policy,
            Supplier<ClusterImage> image, InstantSource clock) {
        this.groups = groups;
        this.journal = journal;
        this.membership = membership;
        this.policy = policy;
        this.image = image;
        this.clock = clock;
    }

    void commit(OffsetCommit.Request request, int version, Consumer<OffsetCommit.Response> reply) {
        try {
            check(request, version);
        } catch (ApiException e) {
            reply.accept(Refusals.commit(request, e.errorCode()));
            return;
        }
        var records = new ArrayList<CoordinatorRecord>();
        var topics = new ArrayList<OffsetCommit.Response.Topic>();
        for (var topic : request.topics()) {
            topics.add(collect(request, version, topic, records));
        }
        var response = new OffsetCommit.Response(0, topics);
        if (records.isEmpty()) {
            reply.accept(response);
            return;
        }
        journal.append(records, () -> records.forEach(groups::apply), error -> reply.accept(
                error == ErrorCode.NONE ? response : Refusals.commit(request, error)));
    }

    /** Throws unless the sender may commit for the group now. */
    private void check(OffsetCommit.Request request, int version) {
        int generation = request.generationIdOrMemberEpoch();
        var group = groups.get(request.groupId());
        if (group == null) {
            if (generation > NO_GENERATION) {
                throw new ApiException(version >= FIRST_VERSION_WITH_GROUP_ID_NOT_FOUND
                        ? ErrorCode.GROUP_ID_NOT_FOUND
                        : ErrorCode.ILLEGAL_GENERATION, "no such group");
            }
            return;
        }
        var classic = group.classic();
        if (generation <= NO_GENERATION && classic.state() == GroupState.EMPTY) {
            return;
        }
        if (generation <= NO_GENERATION && request.memberId().isEmpty()
                && request.groupInstanceId() == null) {
            throw new ApiException(ErrorCode.UNKNOWN_MEMBER_ID, "only members commit while there are any");
        }
        classic.checkMember(request.memberId(), request.groupInstanceId(), generation);
        if (classic.state() == GroupState.COMPLETING_REBALANCE) {
            throw new ApiException(ErrorCode.REBALANCE_IN_PROGRESS, "assignments are being computed");
        }
        membership.extendSession(classic, request.memberId());
    }

    private OffsetCommit.Response.Topic collect(OffsetCommit.Request request, int version,
            OffsetCommit.Request.Topic topic, List<CoordinatorRecord> records) {
        boolean byId = version >= FIRST_VERSION_WITH_TOPIC_IDS;
        var found = byId ? image.get().topic(topic.topicId()) : image.get().topic(topic.name());
        var results = new ArrayList<OffsetCommit.Response.Partition>(topic.partitions().size());
        for (var partition : topic.partitions()) {
            var error = check(found, partition, byId);
            if (error == ErrorCode.NONE) {
                records.add(record(request, found, partition));
            }
            results.add(new OffsetCommit.Response.Partition(partition.partitionIndex(), error));
        }
        return new OffsetCommit.Response.Topic(topic.name(), topic.topicId(), results);
    }

    private ErrorCode check(TopicImage topic, OffsetCommit.Request.Partition partition, boolean byId) {
        if (topic == null) {
            return byId ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        if (topic.partition(partition.partitionIndex()) == null) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        var metadata = partition.committedMetadata();
        return metadata != null && metadata.length() > policy.maxMetadataLength()
                ? ErrorCode.OFFSET_METADATA_TOO_LARGE
                : ErrorCode.NONE;
    }

    private CoordinatorRecord record(
            OffsetCommit.Request request, TopicImage topic, OffsetCommit.Request.Partition partition) {
        long nowMs = clock.millis();
        long expireMs = request.retentionTimeMs() < 0
                ? OffsetCommitValue.NO_EXPIRY
                : nowMs + request.retentionTimeMs();
        return new CoordinatorRecord.OffsetCommit(
                new OffsetCommitKey(request.groupId(), topic.name(), partition.partitionIndex()),
                new OffsetCommitValue(partition.committedOffset(), partition.committedLeaderEpoch(),
                        partition.committedMetadata() == null ? "" : partition.committedMetadata(), nowMs,
                        expireMs, topic.id()));
    }
}
