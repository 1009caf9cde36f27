package io.millrace.broker.coordinator.group;

import io.millrace.broker.coordinator.group.journal.CoordinatorRecord;
import io.millrace.broker.coordinator.group.journal.Journal;
import io.millrace.broker.coordinator.group.membership.GroupState;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.protocol.wire.ErrorCode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends what nobody needs any more in one shard: offsets past their time, offsets of deleted topics, groups without
 * members and offsets (KIP-211). Used by the shard's owner alone.
 */
final class Retention {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final long NEVER = Long.MAX_VALUE;

    private final Groups groups;
    private final Journal journal;
    private final long retentionMs;
    private final Supplier<ClusterImage> image;
    private final InstantSource clock;

    Retention(Groups groups, Journal journal, long retentionMs, Supplier<ClusterImage> image,
            InstantSource clock) {
        this.groups = groups;
        this.journal = journal;
        this.retentionMs = retentionMs;
        this.image = image;
        this.clock = clock;
    }

    void expire() {
        var records = new ArrayList<CoordinatorRecord>();
        for (var group : List.copyOf(groups.all())) {
            if (isOver(group)) {
                if (group.isInLog()) {
                    records.addAll(Groups.tombstones(group));
                } else {
                    groups.forget(group);
                }
            } else {
                group.offsets().forEach((topic, offsets) -> offsets.forEach((partition, offset) -> {
                    if (isExpired(group, topic, offset)) {
                        records.add(CommittedOffset.tombstone(group.classic().id(), topic, partition));
                    }
                }));
            }
        }
        append(records);
    }

    /** The topic and its partitions are gone, and with them every offset committed there. */
    void topicDeleted(String topic) {
        var records = new ArrayList<CoordinatorRecord>();
        for (var group : groups.all()) {
            group.offsets(topic).keySet().forEach(partition -> records
                    .add(CommittedOffset.tombstone(group.classic().id(), topic, partition)));
        }
        append(records);
    }

    private boolean isOver(Group group) {
        return group.classic().isVacant() && group.offsets().entrySet().stream().allMatch(topic -> topic
                .getValue().values().stream().allMatch(offset -> isExpired(group, topic.getKey(), offset)));
    }

    private boolean isExpired(Group group, String topic, CommittedOffset offset) {
        var current = image.get().topic(topic);
        if (current != null && offset.isOfAnotherTopicThan(current.id())) {
            return true;
        }
        long baseMs = group.classic().isSubscribedTo(topic) ? NEVER : clockStart(group, offset);
        return baseMs != NEVER && offset.isExpired(baseMs, retentionMs, clock.millis());
    }

    /** When the time of an offset begins to run; {@link #NEVER} as long as the group may need it. */
    private static long clockStart(Group group, CommittedOffset offset) {
        var classic = group.classic();
        if (classic.protocolType() == null) {
            return offset.commitTimestampMs();
        }
        if (classic.state() == GroupState.EMPTY) {
            return classic.stateSinceMs() < 0 ? offset.commitTimestampMs() : classic.stateSinceMs();
        }
        boolean knowsTopics = classic.state() == GroupState.STABLE && classic.subscribedTopics() != null;
        return knowsTopics ? offset.commitTimestampMs() : NEVER;
    }

    private void append(List<CoordinatorRecord> records) {
        journal.appendAll(records, groups::apply, error -> {
            if (error != ErrorCode.NONE) {
                LOG.warn("{} expired offsets and groups were not ended: {}", records.size(), error);
            }
        });
    }
}
