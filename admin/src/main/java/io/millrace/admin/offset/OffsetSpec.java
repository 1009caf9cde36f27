package io.millrace.admin.offset;

/** Which offset of a partition is meant: a place in the log, or a time. The codes are those of ListOffsets. */
public record OffsetSpec(long code) {
    /** The end: the offset of the next record. */
    public static final OffsetSpec LATEST = new OffsetSpec(-1);
    /** The first record that is there. */
    public static final OffsetSpec EARLIEST = new OffsetSpec(-2);
    /** The record with the largest timestamp. */
    public static final OffsetSpec MAX_TIMESTAMP = new OffsetSpec(-3);
    /** The first record that lies on the leader's own disks. */
    public static final OffsetSpec EARLIEST_LOCAL = new OffsetSpec(-4);
    /** The last record that lies in remote storage. */
    public static final OffsetSpec LATEST_TIERED = new OffsetSpec(-5);
    /** The first record that has not gone to remote storage. */
    public static final OffsetSpec EARLIEST_PENDING_UPLOAD = new OffsetSpec(-6);

    /** The first record whose timestamp is at least this one, in milliseconds since 1970. */
    public static OffsetSpec atTimestamp(long timestampMs) {
        if (timestampMs < 0) {
            throw new IllegalArgumentException("a timestamp is not negative: " + timestampMs);
        }
        return new OffsetSpec(timestampMs);
    }
}
