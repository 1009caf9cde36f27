package io.millrace.broker.log.region;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the mapped pages that this process holds: past the budget the oldest ranges leave its page tables
 * (the page cache keeps them). A writer that is moving through its range keeps it up to twice the budget, one
 * that waits for it always. Storage threads call it.
 */
public final class ResidentBudget {
    public static final long DEFAULT_BYTES = 64L << 20;

    private static final int MOST_LOOKED_AT = 256;

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

        /** Whether an append waits for these very pages. */
        boolean isNeeded() {
            int now = region.writePosition();
            return now < region.neededEnd() && end > now && from < region.neededEnd();
        }

        boolean isWriterMoving() {
            int now = region.writePosition();
            boolean isMoving = end > now && now != seenWritePosition;
            seenWritePosition = now;
            return isMoving;
        }
    }

    private final long limitBytes;
    private final AtomicLong residentBytes = new AtomicLong();
    private final ConcurrentLinkedQueue<Range> oldestFirst = new ConcurrentLinkedQueue<>();

    public ResidentBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Accounts for a range that was just populated, and drops older ones if it is too much. */
    public void add(MappedRegion region, int from, int end) {
        oldestFirst.add(new Range(region, from, end));
        long totalBytes = residentBytes.addAndGet(end - from);
        for (int looked = 0; looked < MOST_LOOKED_AT && totalBytes > limitBytes; looked++) {
            var oldest = oldestFirst.poll();
            if (oldest == null) {
                return;
            }
            if (!isKept(oldest, totalBytes)) {
                totalBytes = residentBytes.addAndGet(oldest.from - oldest.end);
            }
        }
    }

    /** Puts a range back into the queue, or drops its pages if its region is still mapped. */
    private boolean isKept(Range range, long totalBytes) {
        if (!range.region.tryRetain()) {
            return false;
        }
        try {
            if (range.isNeeded() || range.isWriterMoving() && totalBytes < 2 * limitBytes) {
                return oldestFirst.add(range);
            }
            range.region.drop(range.from, range.end);
            return false;
        } finally {
            range.region.release();
        }
    }

    /** How far ahead of one writer it is sensible to populate. */
    public int mostAheadBytes() {
        return (int) Math.min(Integer.MAX_VALUE, limitBytes / 8);
    }

    public long residentBytes() {
        return residentBytes.get();
    }
}
