package io.millrace.broker.coordinator.group;

import io.millrace.broker.coordinator.group.journal.CoordinatorRecord;
import io.millrace.broker.coordinator.group.journal.GroupMetadataKey;
import io.millrace.broker.coordinator.group.membership.ClassicGroup;
import io.millrace.protocol.wire.ErrorCode;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * All groups of one shard by id, as their committed records and their members made them. Used by the shard's owner
 * alone.
 */
final class Groups {
    private final InstantSource clock;
    private final Map<String, Group> groups = new HashMap<>();

    Groups(InstantSource clock) {
        this.clock = clock;
    }

    /** The group; null if there is none. */
    Group get(String groupId) {
        return groups.get(groupId);
    }

    Collection<Group> all() {
        return groups.values();
    }

    /** A group that is not kept until {@link #keep}. */
    Group create(String groupId) {
        return new Group(new ClassicGroup(groupId, clock.millis()));
    }

    void keep(Group group) {
        groups.put(group.classic().id(), group);
    }

    /** Drops a group that nobody is in. */
    void forget(Group group) {
        group.classic().end(ErrorCode.UNKNOWN_MEMBER_ID);
        groups.remove(group.classic().id());
    }

    /** A record that was committed just now. Live generations are changed by those who write them. */
    void apply(CoordinatorRecord record) {
        if (record instanceof CoordinatorRecord.OffsetCommit commit) {
            apply(commit);
        } else if (record instanceof CoordinatorRecord.GroupMetadata metadata && metadata.value() == null) {
            var group = groups.get(metadata.key().group());
            if (group != null && group.classic().isVacant()) { // or someone joined since it was deleted
                forget(group);
            }
        }
    }

    /** A record that is read back. */
    void replay(CoordinatorRecord record) {
        if (record instanceof CoordinatorRecord.OffsetCommit commit) {
            apply(commit);
        } else if (record instanceof CoordinatorRecord.GroupMetadata metadata) {
            replay(metadata);
        }
    }

    private void apply(CoordinatorRecord.OffsetCommit record) {
        var key = record.key();
        if (record.value() != null) {
            groups.computeIfAbsent(key.group(), this::create)
                    .put(key.topic(), key.partition(), CommittedOffset.of(record.value()));
            return;
        }
        var group = groups.get(key.group());
        if (group != null) {
            group.remove(key.topic(), key.partition());
        }
    }

    private void replay(CoordinatorRecord.GroupMetadata record) {
        var groupId = record.key().group();
        if (record.value() != null) {
            groups.computeIfAbsent(groupId, this::create)
                    .setClassic(ClassicGroup.restore(groupId, record.value()));
            return;
        }
        groups.remove(groupId);
    }

    /** The records that end a group and all that it committed. */
    static List<CoordinatorRecord> tombstones(Group group) {
        var groupId = group.classic().id();
        var records = new ArrayList<CoordinatorRecord>();
        group.offsets().forEach((topic, partitions) -> partitions.keySet()
                .forEach(partition -> records.add(CommittedOffset.tombstone(groupId, topic, partition))));
        records.add(new CoordinatorRecord.GroupMetadata(new GroupMetadataKey(groupId), null));
        return records;
    }

    /** The partition is led elsewhere now. */
    void close() {
        groups.values().forEach(group -> group.classic().end(ErrorCode.NOT_COORDINATOR));
        groups.clear();
    }
}
