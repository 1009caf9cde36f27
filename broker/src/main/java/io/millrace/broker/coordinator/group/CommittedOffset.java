package io.millrace.broker.coordinator.group;

import io.millrace.broker.coordinator.group.journal.CoordinatorRecord;
import io.millrace.broker.coordinator.group.journal.OffsetCommitKey;
import io.millrace.broker.coordinator.group.journal.OffsetCommitValue;
import io.millrace.protocol.wire.Uuid;

/** An offset that a group committed for a partition. The topic id is zero if the commit did not know it. */
record CommittedOffset(
        long offset,
        int leaderEpoch,
        String metadata,
        long commitTimestampMs,
        long expireTimestampMs,
        Uuid topicId) {

    static CommittedOffset of(OffsetCommitValue value) {
        return new CommittedOffset(value.offset(), value.leaderEpoch(), value.metadata(),
                value.commitTimestamp(), value.expireTimestamp(), value.topicId());
    }

    static CoordinatorRecord tombstone(String groupId, String topic, int partition) {
        return new CoordinatorRecord.OffsetCommit(new OffsetCommitKey(groupId, topic, partition), null);
    }

    /** Whether its time is over, counted from {@code baseMs} unless the client itself chose the moment. */
    boolean isExpired(long baseMs, long retentionMs, long nowMs) {
        return expireTimestampMs == OffsetCommitValue.NO_EXPIRY
                ? nowMs - baseMs >= retentionMs
                : nowMs >= expireTimestampMs;
    }

    /** Whether it was committed for another topic that had the same name. */
    boolean isOfAnotherTopicThan(Uuid currentTopicId) {
        return !topicId.equals(Uuid.ZERO) && !currentTopicId.equals(Uuid.ZERO)
                && !topicId.equals(currentTopicId);
    }
}
