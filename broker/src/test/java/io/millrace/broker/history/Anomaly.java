package io.millrace.broker.history;

/** Something that a correct cluster never shows, with what shows it. */
public record Anomaly(Kind kind, LogName log, String detail) {

    public enum Kind {
        /** An acknowledged or once visible record that is not in the log, which goes on behind it. */
        LOST,
        /** An acknowledged record behind everything that the last read found. */
        UNSEEN,
        /** A value at two offsets. */
        DUPLICATE,
        /** Two values at one offset. */
        INCONSISTENT_OFFSET,
        /** A record that was acknowledged at offset 0 and lies elsewhere. */
        SPURIOUS_ZERO,
        /** A record that was acknowledged at another offset than where it lies. */
        MISPLACED,
        /** A record that was refused and yet read. */
        REFUSED_YET_READ,
        /** A record that nobody sent to this log. */
        NEVER_SENT,
        /** Records under way at once in another order than they were sent in. */
        SEND_REORDERED_INTERNAL,
        /** A record before one that had been acknowledged when it was sent. */
        SEND_REORDERED_EXTERNAL,
        POLL_REORDERED_INTERNAL,
        POLL_REORDERED_EXTERNAL,
        /** A record between two that one poll returned, known to exist. */
        POLL_SKIP_INTERNAL,
        /** The same between two polls, or one that a group committed and never read. */
        POLL_SKIP_EXTERNAL,
        WATERMARK_REGRESSION,
        COMMIT_REGRESSION,
        /** A group's offset that nobody committed. */
        NEVER_COMMITTED
    }

    @Override
    public String toString() {
        return kind + " in " + log + ": " + detail;
    }
}
