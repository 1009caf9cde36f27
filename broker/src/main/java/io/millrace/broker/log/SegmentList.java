package io.millrace.broker.log;

import io.millrace.broker.log.region.ResidentBudget;
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
    private boolean isSwapping;

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

    /**
     * Makes the next read from an offset succeed: warms its segment, and later ones if compaction left nothing there.
     * False if one of them is just being replaced. Blocks.
     */
    boolean warm(long offset, int maxBytes, ResidentBudget budget, LogSettings settings) throws IOException {
        var now = segments;
        LogRead found = null;
        for (int i = floor(now, offset); i < now.length && found == null; i++) {
            if (offset < now[i].endOffset() && !now[i].isEmpty()) {
                if (!warm(now[i], offset, maxBytes, budget, settings)) {
                    return false;
                }
                found = now[i].read(offset, Long.MAX_VALUE, 1, true);
            }
        }
        if (found != null && found.records() != null) {
            found.records().release();
        }
        return true;
    }

    private static boolean warm(Segment segment, long offset, int maxBytes, ResidentBudget budget,
            LogSettings settings) throws IOException {
        try {
            boolean isOpen = !segment.isRetired() || segment.region() != null;
            if (isOpen) {
                segment.warm(offset, maxBytes, budget, settings);
            }
            return isOpen;
        } catch (IOException e) {
            if (segment.isRetired()) {
                return false; // its file was moved meanwhile
            }
            throw e;
        }
    }

    /** The last segment that does not begin behind an offset, or the first. */
    Segment floor(long offset) {
        var now = segments;
        return now[floor(now, offset)];
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

    /** Whether these are sealed neighbours here; if so none is taken out below until {@link #endSwap}. */
    boolean beginSwap(List<Segment> neighbours) {
        var sealed = List.of(segments).subList(0, segments.length - 1);
        int at = sealed.indexOf(neighbours.get(0));
        isSwapping = at >= 0 && at + neighbours.size() <= sealed.size()
                && sealed.subList(at, at + neighbours.size()).equals(neighbours);
        return isSwapping;
    }

    boolean isSwapping() {
        return isSwapping;
    }

    /** Puts a compacted segment in the place of those that it was made from; null leaves them. */
    void endSwap(List<Segment> neighbours, Segment fresh) {
        isSwapping = false;
        if (fresh == null) {
            return;
        }
        var next = new ArrayList<>(List.of(segments));
        int at = next.indexOf(neighbours.get(0));
        next.subList(at, at + neighbours.size()).clear();
        next.add(at, fresh);
        segments = next.toArray(Segment[]::new);
    }

    /** Takes whole segments below an offset out, never the active one. */
    List<Segment> removeBelow(long offset) {
        if (isSwapping) {
            return List.of(); // they go the next time
        }
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

    /** Takes the segments behind one of them out; that one takes the appends from now on. */
    List<Segment> removeBehind(Segment last) {
        var now = segments;
        int kept = Arrays.asList(now).indexOf(last) + 1;
        segments = Arrays.copyOf(now, kept);
        return List.of(Arrays.copyOfRange(now, kept, now.length));
    }

    /** Takes all segments out, for one new one. */
    void replaceAll(Segment only) {
        segments = new Segment[] {only};
    }
}
