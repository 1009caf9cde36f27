package io.millrace.broker.log.segment;

import io.millrace.broker.log.region.MappedRegion;
import io.millrace.broker.log.region.ResidentBudget;
import io.millrace.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Brings the pages of a cold read into memory, so that neither a batch walk nor a socket write waits for a
 * disk. Blocks; storage threads only. The caller holds a reference to the mapping.
 */
final class SegmentWarmer {
    private static final int LEAST_BYTES = 2 * MappedRegion.GRANULE_BYTES;

    private final MappedRegion region;
    private final ResidentBudget budget;
    private final int endPosition;

    SegmentWarmer(MappedRegion region, ResidentBudget budget, long end) {
        this.region = region;
        this.budget = budget;
        this.endPosition = (int) end;
    }

    /** Warms what a read from a relative offset on will touch; false if there is nothing. */
    boolean warm(long relativeOffset, long baseOffset, int maxBytes, OffsetIndex index) throws IOException {
        int position = index.positionBefore(relativeOffset);
        while (endPosition - position >= RecordBatch.HEADER_BYTES) {
            populate(position, position + RecordBatch.HEADER_BYTES);
            var bytes = region.bytes();
            int sizeInBytes = RecordBatch.PREFIX_BYTES + bytes.getInt(position + RecordBatch.LENGTH_AT);
            if (sizeInBytes < RecordBatch.HEADER_BYTES || sizeInBytes > endPosition - position) {
                throw new IOException("no batch at position " + position + " of " + region.file());
            }
            long last = bytes.getLong(position) - baseOffset
                    + bytes.getInt(position + RecordBatch.LAST_OFFSET_DELTA_AT);
            if (last >= relativeOffset) {
                long wanted = Math.max(LEAST_BYTES, Math.max(maxBytes, sizeInBytes));
                populate(position, (int) Math.min(endPosition, position + wanted));
                return true;
            }
            position += sizeInBytes;
        }
        return false;
    }

    private void populate(int from, int end) throws IOException {
        int position = region.hotEnd(from, end);
        while (position < end) {
            int granule = position & -MappedRegion.GRANULE_BYTES;
            int granuleEnd = (int) Math.min(endPosition, (long) granule + MappedRegion.GRANULE_BYTES);
            if (!region.populateForReads(granule, granuleEnd)) {
                readThrough(granule, granuleEnd);
            }
            region.markHot(granule, granuleEnd);
            budget.add(region, granule, granuleEnd);
            position = region.hotEnd(granuleEnd - 1, end);
            position = Math.max(position, granuleEnd);
        }
    }

    /** Without kernel help: reading the file fills the page cache, and fails here if the disk does. */
    private void readThrough(int from, int end) throws IOException {
        var scratch = ByteBuffer.allocateDirect(end - from);
        for (int position = from; position < end; position += scratch.position()) {
            scratch.clear().limit(end - position);
            if (region.channel().read(scratch, position) <= 0) {
                throw new IOException(region.file() + " ends before position " + end);
            }
        }
    }
}
