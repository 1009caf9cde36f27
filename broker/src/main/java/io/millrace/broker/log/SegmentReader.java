package io.millrace.broker.log;

import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.ByteBuf;

/**
 * Finds whole batches in a mapped segment: the index gives a place nearby, batch headers lead from there. It
 * touches only bytes that are hot and published. The caller holds a reference to the mapping.
 */
final class SegmentReader {
    private static final int COLD = -1;
    private static final int BEYOND = -2;
    private static final int DAMAGED = -3;

    private final MappedRegion region;
    private final ByteBuf bytes;
    private final OffsetIndex index;
    private final long baseOffset;
    private final long endOffset;
    private final int endPosition;

    SegmentReader(MappedRegion region, OffsetIndex index, long baseOffset, long end) {
        this.region = region;
        this.bytes = region.bytes();
        this.index = index;
        this.baseOffset = baseOffset;
        this.endOffset = baseOffset + (end >>> 32);
        this.endPosition = (int) end;
    }

    /** The records share the caller's reference; null if no batch lies at or after the offset. */
    LogRead read(long offset, long limitOffset, int maxBytes, boolean atLeastOneBatch) {
        int start = find(offset);
        if (start < 0) {
            return start == COLD ? LogRead.COLD : start == BEYOND ? null : LogRead.STORAGE_ERROR;
        }
        int hotEnd = region.hotEnd(start, (int) Math.min((long) start + maxBytes, endPosition));
        int end = limitOffset >= endOffset && hotEnd == endPosition ? endPosition
                : cut(start, hotEnd, limitOffset);
        if (end == start && atLeastOneBatch) {
            end = firstBatchEnd(start, limitOffset);
        } else if (end == start && hotEnd < Math.min((long) start + maxBytes, endPosition)) {
            return LogRead.COLD;
        }
        if (end < 0) {
            return end == COLD ? LogRead.COLD : LogRead.STORAGE_ERROR;
        }
        return end == start ? LogRead.EMPTY : LogRead.of(bytes.slice(start, end - start));
    }

    /** Where the batch that holds the offset, or the first one after it, begins. */
    private int find(long offset) {
        int position = index.positionBefore(offset - baseOffset);
        while (position < endPosition) {
            int headerEnd = position + RecordBatch.HEADER_BYTES;
            if (headerEnd <= endPosition && region.hotEnd(position, headerEnd) < headerEnd) {
                return COLD;
            }
            int next = next(position);
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

    /** The end of the last batch that ends by {@code bound} and wholly before the limit. */
    private int cut(int start, int bound, long limitOffset) {
        int position = Math.max(start, index.positionBefore(bound, limitOffset - baseOffset));
        while ((long) position + RecordBatch.HEADER_BYTES <= bound) {
            int next = next(position);
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

    private int firstBatchEnd(int start, long limitOffset) {
        int next = next(start);
        if (next < 0) {
            return DAMAGED;
        }
        if (lastOffset(start) >= limitOffset) {
            return start;
        }
        return region.hotEnd(start, next) < next ? COLD : next;
    }

    private long lastOffset(int position) {
        return bytes.getLong(position) + bytes.getInt(position + RecordBatch.LAST_OFFSET_DELTA_AT);
    }

    /** Where the batch at a position ends, or -3 if it cannot be one. */
    private int next(int position) {
        if (endPosition - position < RecordBatch.HEADER_BYTES) {
            return DAMAGED;
        }
        int length = bytes.getInt(position + RecordBatch.LENGTH_AT);
        boolean isWhole = length >= RecordBatch.HEADER_BYTES - RecordBatch.PREFIX_BYTES
                && length <= endPosition - position - RecordBatch.PREFIX_BYTES;
        return isWhole ? position + RecordBatch.PREFIX_BYTES + length : DAMAGED;
    }
}
