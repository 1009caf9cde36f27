package io.millrace.admin.group;

/** A committed offset; the leader epoch is -1 if unknown, the metadata whatever the consumer left with it. */
public record CommittedOffset(long offset, int leaderEpoch, String metadata) {

    public static CommittedOffset of(long offset) {
        return new CommittedOffset(offset, -1, "");
    }
}
