package io.millrace.broker.history;

import java.util.List;

/**
 * What one client did. Moments are ticks of the history's clock, which order the operations of all clients; one whose
 * outcome is unknown never ends. Values are unique over a history.
 */
public sealed interface Operation {
    /** When an operation ended whose outcome is unknown. */
    long NEVER = Long.MAX_VALUE;
    /** The offset of an acknowledged record whose place the client was not told, or of a group without a commit. */
    long NOWHERE = -1;

    LogName log();

    /** A record at its offset. */
    record Placed(long offset, long value) {
        @Override
        public String toString() {
            return offset + "=" + value;
        }
    }

    /** One record of a producer; it has many under way at once, in the order in which it invoked them. */
    record Sent(String producer, LogName log, long value, Outcome outcome, long offset, long invoked,
            long ended) implements Operation {}

    /** What one poll returned of a log. A consumer's session ends when it seeks or when its group rebalances. */
    record Polled(String consumer, String group, int session, LogName log, List<Placed> records, long at)
            implements
                Operation {}

    /** The end of a log, which is its high watermark, as a consumer was told it. */
    record EndSeen(String consumer, LogName log, long end, long invoked, long ended) implements Operation {}

    record Committed(String group, LogName log, long offset, Outcome outcome, long invoked, long ended)
            implements
                Operation {}

    /** A group's offset as it was read back. */
    record CommitSeen(String group, LogName log, long offset, long invoked,
            long ended) implements Operation {}

    /** All records of a log up to its end, read when all faults were over and all producers had ended. */
    record ReadWhole(LogName log, List<Placed> records) implements Operation {}
}
