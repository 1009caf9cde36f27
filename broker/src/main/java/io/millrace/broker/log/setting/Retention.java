package io.millrace.broker.log.setting;

import java.util.List;

/** Decides how much of a log's old end may go. Pure: from what is known of the segments to a decision. */
public final class Retention {

    /** A segment as retention sees it; the timestamp is its largest one, or -1 if no record has any. */
    public record Candidate(long baseOffset, long endOffset, int sizeInBytes, long maxTimestampMs) {}

    /** Segments that end at or below the offset go; the active one is among them only once it was rolled. */
    public record Decision(long keepFrom, boolean rollsFirst) {}

    private final LogSettings settings;
    private final long nowMs;
    private final long logStartOffset;
    private final long limitOffset;

    /** What lies at or above the limit, the high watermark, is never deleted. */
    public Retention(LogSettings settings, long nowMs, long logStartOffset, long limitOffset) {
        this.settings = settings;
        this.nowMs = nowMs;
        this.logStartOffset = logStartOffset;
        this.limitOffset = limitOffset;
    }

    /** Decides for the segments of a log, oldest first. */
    public Decision decide(List<Candidate> segments) {
        long surplusBytes = surplusBytes(segments);
        long keepFrom = segments.get(0).baseOffset();
        for (var segment : segments) {
            boolean isEmpty = segment.endOffset() == segment.baseOffset();
            boolean isSurplus = surplusBytes >= segment.sizeInBytes();
            boolean isDue = segment.endOffset() <= logStartOffset
                    || settings.deletes() && (isSurplus || isOld(segment));
            if (isEmpty || !isDue || segment.endOffset() > limitOffset) {
                break;
            }
            surplusBytes -= segment.sizeInBytes();
            keepFrom = segment.endOffset();
        }
        var active = segments.get(segments.size() - 1);
        return new Decision(keepFrom, keepFrom == active.endOffset() && active.sizeInBytes() > 0);
    }

    private long surplusBytes(List<Candidate> segments) {
        if (settings.retentionBytes() < 0) {
            return -1;
        }
        long totalBytes = 0;
        for (var segment : segments) {
            totalBytes += segment.sizeInBytes();
        }
        return totalBytes - settings.retentionBytes();
    }

    private boolean isOld(Candidate segment) {
        return settings.retentionMs() >= 0 && segment.maxTimestampMs() >= 0
                && nowMs - segment.maxTimestampMs() > settings.retentionMs();
    }
}
