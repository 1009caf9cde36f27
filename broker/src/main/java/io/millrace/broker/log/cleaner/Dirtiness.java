package io.millrace.broker.log.cleaner;

import io.millrace.broker.log.setting.LogSettings;
import java.util.List;

/**
 * Which part of a log waits for compaction, and how urgently. Immutable; pure: from what is known of the segments.
 * <pre>
 *   log start          first dirty                 first uncleanable             end
 *   |---- cleaned -----|---- dirty, to be cleaned -|---- too young, active ------|
 * </pre>
 */
record Dirtiness(long firstDirtyOffset, long firstUncleanableOffset, long cleanBytes, long dirtyBytes,
        long overdueMs) {

    /** The first batch's timestamp and the largest one are -1 if they are not known or not needed. */
    record Part(long baseOffset, long endOffset, int sizeInBytes, long firstTimestampMs, long maxTimestampMs,
            boolean isSealed) {}

    /** Where cleaning stands and how far it may go at most. */
    record Limits(long logStartOffset, long cleanedTo, long lastStableOffset, long nowMs) {}

    /** Decides for the segments of a log, oldest first. */
    static Dirtiness of(List<Part> parts, Limits limits, LogSettings settings) {
        long endOffset = parts.get(parts.size() - 1).endOffset();
        boolean fits = limits.cleanedTo >= limits.logStartOffset && limits.cleanedTo <= endOffset;
        long firstDirty = fits ? limits.cleanedTo : limits.logStartOffset;
        long cleanBytes = 0;
        long dirtyBytes = 0;
        long oldestDirtyMs = Long.MAX_VALUE;
        long firstUncleanable = parts.get(0).baseOffset();
        for (var part : parts) {
            if (!isCleanable(part, firstDirty, limits, settings)) {
                break;
            }
            firstUncleanable = part.endOffset();
            if (part.endOffset() <= firstDirty) {
                cleanBytes += part.sizeInBytes();
            } else {
                dirtyBytes += part.sizeInBytes();
                oldestDirtyMs = part.firstTimestampMs() > 0
                        ? Math.min(oldestDirtyMs, part.firstTimestampMs())
                        : oldestDirtyMs;
            }
        }
        long dueMs = limits.nowMs - settings.maxCompactionLagMs();
        return new Dirtiness(firstDirty, Math.max(firstDirty, firstUncleanable), cleanBytes, dirtyBytes,
                oldestDirtyMs < dueMs ? dueMs - oldestDirtyMs : 0);
    }

    private static boolean isCleanable(Part part, long firstDirty, Limits limits, LogSettings settings) {
        boolean isTooYoung = settings.minCompactionLagMs() > 0 && part.endOffset() > firstDirty
                && part.maxTimestampMs() > limits.nowMs - settings.minCompactionLagMs();
        return part.isSealed() && part.endOffset() <= limits.lastStableOffset && !isTooYoung;
    }

    /** Share of the compactable bytes that was never compacted. */
    double ratio() {
        long totalBytes = cleanBytes + dirtyBytes;
        return totalBytes == 0 ? 0 : (double) dirtyBytes / totalBytes;
    }

    boolean isOverdue() {
        return overdueMs > 0;
    }

    boolean isWorthCleaning(LogSettings settings) {
        return dirtyBytes > 0 && (isOverdue() || ratio() > settings.minCleanableDirtyRatio());
    }

    /** Whether this one is to be cleaned before another: overdue ones by delay, then the dirtiest. */
    boolean precedes(Dirtiness other) {
        return overdueMs != other.overdueMs ? overdueMs > other.overdueMs : ratio() > other.ratio();
    }
}
