package io.millrace.admin.offset;

/** An offset that was looked up, with the record's timestamp and the leader's epoch; -1 where there is none. */
public record ListedOffset(long offset, long timestampMs, int leaderEpoch) {
    public static final long NONE = -1;

    public boolean isFound() {
        return offset != NONE;
    }
}
