package io.millrace.broker.log.segment;

import io.millrace.broker.log.setting.LogSettings;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.record.RecordCursor;
import io.millrace.protocol.record.RecordLimits;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.util.List;

/**
 * Finds records by time in a snapshot of a log's segments: time index, offset index, then the batches
 * themselves, read through the file. Blocks; storage threads only.
 */
public final class TimeLookup {
    private final List<Segment> segments;
    private final long startOffset;
    private final LogSettings settings;

    public TimeLookup(List<Segment> segments, long startOffset, LogSettings settings) {
        this.segments = segments;
        this.startOffset = startOffset;
        this.settings = settings;
    }

    /** The first record at or after a time, or null. */
    public TimestampedOffset firstAt(long timestampMs) throws IOException {
        for (var segment : segments) {
            if (segment.endOffset() > startOffset && segment.maxTimestampMs(settings) >= timestampMs) {
                var found = firstAt(segment, timestampMs);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    /** The first record with the largest timestamp of all, or null if there are no timestamps. */
    public TimestampedOffset firstWithLargest() throws IOException {
        long largestMs = RecordBatch.NO_TIMESTAMP;
        for (var segment : segments) {
            largestMs = Math.max(largestMs, segment.maxTimestampMs(settings));
        }
        return largestMs == RecordBatch.NO_TIMESTAMP ? null : firstAt(largestMs);
    }

    private TimestampedOffset firstAt(Segment segment, long timestampMs) throws IOException {
        var indexes = segment.loadIndexes(settings);
        long before = indexes.times().relativeOffsetBefore(timestampMs);
        int from = IndexRepair.positionBefore(segment, before, settings);
        try (var scan = BatchScan.of(segment.file(), from, segment.sizeInBytes());
                var records = new RecordCursor(PooledByteBufAllocator.DEFAULT)) {
            for (var batch = scan.next(); batch != null; batch = scan.next()) {
                if (batch.maxTimestamp() >= timestampMs && batch.lastOffset() >= startOffset) {
                    var found = firstAt(batch, records, timestampMs);
                    if (found != null) {
                        return found;
                    }
                }
            }
        }
        return null;
    }

    private TimestampedOffset firstAt(RecordBatch batch, RecordCursor records, long timestampMs) {
        records.open(batch, RecordLimits.NONE);
        while (records.next()) {
            if (records.timestamp() >= timestampMs && records.offset() >= startOffset) {
                return new TimestampedOffset(records.offset(), records.timestamp(),
                        batch.partitionLeaderEpoch());
            }
        }
        return null;
    }
}
