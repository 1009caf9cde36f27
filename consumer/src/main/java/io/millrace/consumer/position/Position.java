package io.millrace.consumer.position;

import io.millrace.protocol.record.RecordBatch;
import java.util.Optional;

/** The offset of the next record, and the leader epoch of the one before it, -1 where that is unknown. */
public record Position(long offset, int leaderEpoch) {

    /** A position of which only the offset is known. */
    public static Position at(long offset) {
        return new Position(offset, RecordBatch.NO_LEADER_EPOCH);
    }

    /** Where a commit left off. */
    public static Position of(OffsetAndMetadata committed) {
        return new Position(committed.offset(), committed.leaderEpoch().orElse(RecordBatch.NO_LEADER_EPOCH));
    }

    /** The form in which it is committed. */
    public OffsetAndMetadata toCommit() {
        return new OffsetAndMetadata(offset, optionalEpoch(leaderEpoch), "");
    }

    /** An epoch as the protocol writes it, -1 for none. */
    public static Optional<Integer> optionalEpoch(int leaderEpoch) {
        return leaderEpoch < 0 ? Optional.empty() : Optional.of(leaderEpoch);
    }
}
