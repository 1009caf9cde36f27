package io.millrace.broker.log;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the mapped pages that this process holds: past the budget the oldest ranges leave its page tables
 * (the page cache keeps them), unless a writer is still moving through them. Storage threads call it.
 */
public final class ResidentBudget {
    public static final long DEFAULT_BYTES = 64L << 20;

    private static final int MOST_SECOND_CHANCES = 256;

    /** A populated range, and how far its writer was when it was last looked at. */
    private static final class Range {
        final MappedRegion region;
        final int from;
        final int end;
        int seenWritePosition;

        Range(MappedRegion region, int from, int end) {
            this.region = region;
            this.from = from;
            this.end = end;
            this.seenWritePosition = region.writePosition();
        }

        boolean isWriterMoving() {
            int now = region.writePosition();
            boolean isMoving = end > now && now != seenWritePosition;
            seenWritePosition = now;
            return isMoving;
        }

        void drop() {
            if (region.tryRetain()) {
                region.drop(from, end);
                region.release();
            }
        }
    }

    private final long limitBytes;
    private final AtomicLong residentBytes = new AtomicLong();
    private final ConcurrentLinkedQueue<Range> oldestFirst = new ConcurrentLinkedQueue<>();

    public ResidentBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Accounts for a range that was just populated, and drops older ones if it is too much. */
    void add(MappedRegion region, int from, int end) {
        oldestFirst.add(new Range(region, from, end));
        residentBytes.addAndGet(end - from);
        int secondChances = MOST_SECOND_CHANCES;
        while (residentBytes.get() > limitBytes) {
            var oldest = oldestFirst.poll();
            if (oldest == null) {
                return;
            }
            if (secondChances-- > 0 && oldest.isWriterMoving()) {
                oldestFirst.add(oldest);
            } else {
                residentBytes.addAndGet(oldest.from - oldest.end);
                oldest.drop();
            }
        }
    }

    long residentBytes() {
        return residentBytes.get();
    }
}
