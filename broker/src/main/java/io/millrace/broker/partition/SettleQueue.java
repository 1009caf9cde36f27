package io.millrace.broker.partition;

import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Appends that are in the log and wait until an offset passes theirs, in order: that of the flush policy, or the high
 * watermark. Owned by the partition's owner.
 */
final class SettleQueue {
    /** Nothing waits. */
    static final long NEVER_NS = Long.MAX_VALUE;

    private final LongSupplier settledOffset;
    private final Supplier<ErrorCode> verdict;
    private final ArrayDeque<Append> waiting = new ArrayDeque<>();

    /** The verdict, when an append's offset is passed: NONE if that is enough now. */
    SettleQueue(LongSupplier settledOffset, Supplier<ErrorCode> verdict) {
        this.settledOffset = settledOffset;
        this.verdict = verdict;
    }

    /** Acknowledges an append now if it may be, else when {@link #settle} finds that. */
    void add(Append append) {
        if (waiting.isEmpty() && append.lastOffset() < settledOffset.getAsLong()) {
            finish(append);
        } else {
            waiting.add(append);
        }
    }

    void settle() {
        long settled = settledOffset.getAsLong();
        while (!waiting.isEmpty() && waiting.peek().lastOffset() < settled) {
            finish(waiting.poll());
        }
    }

    private void finish(Append append) {
        var error = verdict.get();
        if (error == ErrorCode.NONE) {
            append.succeed();
        } else {
            append.fail(error, "the batch is in the log, but too few replicas are in sync");
        }
    }

    /**
     * Turns those away who waited for too long; what they appended stays, and may be committed yet. Answers how long the
     * next one may wait from now on.
     */
    long expire(long nowNs) {
        long nextNs = NEVER_NS;
        for (var each = waiting.iterator(); each.hasNext();) {
            var append = each.next();
            long leftNs = append.deadlineNs() - nowNs;
            if (leftNs <= 0) {
                each.remove();
                append.fail(ErrorCode.REQUEST_TIMED_OUT, "not all in-sync replicas have the batch yet");
            } else {
                nextNs = Math.min(nextNs, leftNs);
            }
        }
        return nextNs;
    }

    void failAll(ErrorCode error, String message) {
        while (!waiting.isEmpty()) {
            waiting.poll().fail(error, message);
        }
    }
}
