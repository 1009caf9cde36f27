package io.millrace.broker.log;

import io.millrace.broker.log.segment.AbortedTransaction;
import io.millrace.broker.log.segment.LogRead;
import io.millrace.broker.log.segment.Segment;
import io.millrace.broker.log.setting.LogSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The segments of one log, oldest first; the last one takes the appends. The log's owner changes it, by publishing
 * another array; any thread reads what is published.
 */
final class SegmentList {
    /** Replaced, never written to. */
    private volatile Segment[] segments;

    /** Takes at least one segment. */
    SegmentList(List<Segment> segments) {
        this.segments = segments.toArray(Segment[]::new);
    }

    List<Segment> all() {
        return List.of(segments);
    }

    Segment first() {
        return segments[0];
    }

    Segment active() {
        var now = segments;
        return now[now.length - 1];
    }

    long sizeInBytes() {
        long bytes = 0;
        for (var segment : segments) {
            bytes += segment.sizeInBytes();
        }
        return bytes;
    }

    /** See {@link PartitionLog#read}; nothing below the start offset is there. */
    LogRead read(long offset, long startOffset, long limitOffset, int maxBytes, boolean atLeastOneBatch) {
        var now = segments;
        long endOffset = now[now.length - 1].endOffset();
        if (offset < startOffset || offset > endOffset) {
            return LogRead.OUT_OF_RANGE;
        }
        if (offset < Math.min(limitOffset, endOffset)) {
            for (int i = floor(now, offset); i < now.length; i++) {
                var read = now[i].read(offset, limitOffset, maxBytes, atLeastOneBatch);
                if (read != null) {
                    return read;
                }
            }
        }
        return LogRead.EMPTY;
    }

    /** The segment whose offsets include this one, or null. */
    Segment holderOf(long offset) {
        var now = segments;
        for (int i = floor(now, offset); i < now.length; i++) {
            if (offset < now[i].endOffset()) {
                return now[i];
            }
        }
        return null;
    }

    /** See {@link PartitionLog#abortedTransactions}. May block. */
    List<AbortedTransaction> abortedTransactions(long fromOffset, long endOffset, LogSettings settings)
            throws IOException {
        var found = new ArrayList<AbortedTransaction>();
        var now = segments;
        boolean isComplete = false;
        for (int i = floor(now, fromOffset); i < now.length && !isComplete; i++) {
            isComplete = now[i].collectAborted(fromOffset, endOffset, settings, found);
        }
        return found;
    }

    /** The last segment that does not begin behind an offset. */
    private static int floor(Segment[] segments, long offset) {
        int i = segments.length - 1;
        while (i > 0 && segments[i].baseOffset() > offset) {
            i--;
        }
        return i;
    }

    // Owner only

    void add(Segment tail) {
        var now = segments;
        var next = Arrays.copyOf(now, now.length + 1);
        next[now.length] = tail;
        segments = next;
    }

    /** Takes whole segments below an offset out, never the active one. */
    List<Segment> removeBelow(long offset) {
        var now = segments;
        int removed = 0;
        while (removed < now.length - 1 && now[removed + 1].baseOffset() <= offset) {
            removed++;
        }
        if (removed > 0) {
            segments = Arrays.copyOfRange(now, removed, now.length);
        }
        return List.of(Arrays.copyOf(now, removed));
    }
}
