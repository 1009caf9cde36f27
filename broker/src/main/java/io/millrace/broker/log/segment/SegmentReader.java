package io.millrace.broker.log.segment;

import io.millrace.broker.log.region.MappedRegion;
import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.ByteBuf;

/**
 * A segment mapped and indexed: finds whole batches from any thread. The index gives a place nearby, batch
 * headers lead from there. It touches only bytes that are hot and published; callers hold a reference.
 */
final class SegmentReader {
    private static final int COLD = -1;
    private static final int BEYOND = -2;
    private static final int DAMAGED = -3;

    private final MappedRegion region;
    private final ByteBuf bytes;
    private final OffsetIndex index;
    private final long baseOffset;

    SegmentReader(MappedRegion region, OffsetIndex index, long baseOffset) {
        this.region = region;
        this.bytes = region.bytes();
        this.index = index;
        this.baseOffset = baseOffset;
    }

    MappedRegion region() {
        return region;
    }

    /**
     * Reads up to a published end, packed as relative offset and position. The records share the caller's
     * reference; null if no batch lies at or after the offset.
     */
    LogRead read(long end, long offset, long limitOffset, int maxBytes, boolean atLeastOneBatch) {
        int endPosition = (int) end;
        int start = find(offset, endPosition);
        if (start < 0) {
            return start == COLD ? LogRead.COLD : start == BEYOND ? null : LogRead.STORAGE_ERROR;
        }
        int wantedEnd = (int) Math.min((long) start + maxBytes, endPosition);
        int hotEnd = region.hotEnd(start, wantedEnd);
        boolean isWhole = limitOffset - baseOffset >= end >>> 32 && hotEnd == endPosition;
        int cut = isWhole ? endPosition : cut(start, hotEnd, limitOffset);
        if (cut == start && atLeastOneBatch) {
            cut = firstBatchEnd(start, endPosition, limitOffset);
        } else if (cut == start && hotEnd < wantedEnd) {
            return LogRead.COLD;
        }
        if (cut < 0) {
            return cut == COLD ? LogRead.COLD : LogRead.STORAGE_ERROR;
        }
        return cut == start ? LogRead.EMPTY : LogRead.of(bytes.slice(start, cut - start));
    }

    /** Where the batch that holds the offset, or the first one after it, begins. */
    private int find(long offset, int endPosition) {
        long entry = index.entryBefore(offset - baseOffset);
        int position = OffsetIndex.positionOf(entry);
        if (entry != OffsetIndex.NO_ENTRY && !isRight(entry, endPosition)) {
            return COLD; // who warms it sees why
        }
        while (position < endPosition) {
            int headerEnd = position + RecordBatch.HEADER_BYTES;
            if (headerEnd <= endPosition && region.hotEnd(position, headerEnd) < headerEnd) {
                return COLD;
            }
            int next = next(position, endPosition);
            if (next < 0) {
                return DAMAGED;
            }
            if (lastOffset(position) >= offset) {
                return position;
            }
            position = next;
        }
        return BEYOND;
    }

    /** The end of the last batch that ends by {@code bound}, up to which all is hot, and before the limit. */
    private int cut(int start, int bound, long limitOffset) {
        long entry = index.entryBefore(bound, limitOffset - baseOffset);
        int position = OffsetIndex.positionOf(entry);
        if (position <= start || !isRight(entry, bound)) {
            position = start;
        }
        while ((long) position + RecordBatch.HEADER_BYTES <= bound) {
            int next = next(position, Integer.MAX_VALUE);
            if (next < 0) {
                return DAMAGED;
            }
            if (next > bound || lastOffset(position) >= limitOffset) {
                break;
            }
            position = next;
        }
        return position;
    }

    /** Whether the header that an entry points to can be read, and is that of the entry's batch. */
    private boolean isRight(long entry, int bound) {
        int position = OffsetIndex.positionOf(entry);
        int headerEnd = position + RecordBatch.HEADER_BYTES;
        return headerEnd <= bound && region.hotEnd(position, headerEnd) >= headerEnd
                && OffsetIndex.fits(entry, lastOffset(position) - baseOffset);
    }

    private int firstBatchEnd(int start, int endPosition, long limitOffset) {
        int next = next(start, endPosition);
        if (next < 0) {
            return DAMAGED;
        }
        if (lastOffset(start) >= limitOffset) {
            return start;
        }
        return region.hotEnd(start, next) < next ? COLD : next;
    }

    /** Where the batch at a position ends, or -3 if no whole batch can begin there. */
    private int next(int position, int endPosition) {
        if (endPosition - position < RecordBatch.HEADER_BYTES) {
            return DAMAGED;
        }
        int length = bytes.getInt(position + RecordBatch.LENGTH_AT);
        boolean isWhole = length >= RecordBatch.HEADER_BYTES - RecordBatch.PREFIX_BYTES
                && length <= endPosition - position - RecordBatch.PREFIX_BYTES;
        return isWhole ? position + RecordBatch.PREFIX_BYTES + length : DAMAGED;
    }

    private long lastOffset(int position) {
        return bytes.getLong(position) + bytes.getInt(position + RecordBatch.LAST_OFFSET_DELTA_AT);
    }
}
