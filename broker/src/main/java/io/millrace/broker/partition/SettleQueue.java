package io.millrace.broker.partition;

import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayDeque;
import java.util.function.LongSupplier;

/**
 * Appends that are in the log and wait until an offset passes theirs, in order: that of the flush policy, or the high
 * watermark. Owned by the partition's owner.
 */
final class SettleQueue {
    private final LongSupplier settledOffset;
    private final ArrayDeque<Append> waiting = new ArrayDeque<>();

    SettleQueue(LongSupplier settledOffset) {
        this.settledOffset = settledOffset;
    }

    /** Acknowledges an append now if it may be, else when {@link #settle} finds that. */
    void add(Append append) {
        if (waiting.isEmpty() && append.lastOffset() < settledOffset.getAsLong()) {
            append.succeed();
        } else {
            waiting.add(append);
        }
    }

    void settle() {
        long settled = settledOffset.getAsLong();
        while (!waiting.isEmpty() && waiting.peek().lastOffset() < settled) {
            waiting.poll().succeed();
        }
    }

    /** Turns those away who waited for too long; what they appended stays, and may be committed yet. */
    void expire(long nowNs) {
        for (var each = waiting.iterator(); each.hasNext();) {
            var append = each.next();
            if (append.isOverdue(nowNs)) {
                each.remove();
                append.fail(ErrorCode.REQUEST_TIMED_OUT, "not all in-sync replicas have the batch yet");
            }
        }
    }

    void failAll(ErrorCode error, String message) {
        while (!waiting.isEmpty()) {
            waiting.poll().fail(error, message);
        }
    }
}
