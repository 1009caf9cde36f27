package io.millrace.broker.partition;

import io.millrace.broker.log.LogFlush;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayDeque;

/**
 * Appends that are in the log and wait until its flush policy lets them be acknowledged, in order. Owned by the
 * partition's owner.
 */
final class SettleQueue {
    private final LogFlush flush;
    private final ArrayDeque<Append> waiting = new ArrayDeque<>();

    SettleQueue(LogFlush flush) {
        this.flush = flush;
    }

    /** Acknowledges an append now if it may be, else when the log was forced. */
    void add(Append append) {
        if (waiting.isEmpty() && append.lastOffset() < flush.settledOffset()) {
            append.succeed();
        } else {
            waiting.add(append);
        }
    }

    void settle() {
        long settledOffset = flush.settledOffset();
        while (!waiting.isEmpty() && waiting.peek().lastOffset() < settledOffset) {
            waiting.poll().succeed();
        }
    }

    void failAll(ErrorCode error, String message) {
        while (!waiting.isEmpty()) {
            waiting.poll().fail(error, message);
        }
    }
}
