package io.millrace.broker.log.segment;

import io.millrace.broker.log.region.MappedRegion;
import io.millrace.broker.log.region.ResidentBudget;
import io.millrace.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

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

    /** Whether the index is right about where an offset is looked for; false too if it points outside the segment. */
    boolean fits(OffsetIndex index, long relativeOffset, long baseOffset) throws IOException {
        long entry = index.entryBefore(relativeOffset);
        int position = OffsetIndex.positionOf(entry);
        if (entry == OffsetIndex.NO_ENTRY || endPosition - position < RecordBatch.HEADER_BYTES) {
            return entry == OffsetIndex.NO_ENTRY;
        }
        populate(position, position + RecordBatch.HEADER_BYTES);
        return OffsetIndex.fits(entry, lastOffset(position) - baseOffset);
    }

    /** Warms what a read from a relative offset on will touch; false if there is nothing. */
    boolean warm(long relativeOffset, long baseOffset, int maxBytes, OffsetIndex index) throws IOException {
        int position = OffsetIndex.positionOf(index.entryBefore(relativeOffset));
        while (endPosition - position >= RecordBatch.HEADER_BYTES) {
            populate(position, position + RecordBatch.HEADER_BYTES);
            var bytes = region.bytes();
            int sizeInBytes = RecordBatch.PREFIX_BYTES + bytes.getInt(position + RecordBatch.LENGTH_AT);
            if (sizeInBytes < RecordBatch.HEADER_BYTES || sizeInBytes > endPosition - position) {
                throw new IOException("no batch at position " + position + " of " + region.file());
            }
            if (lastOffset(position) - baseOffset >= relativeOffset) {
                long wanted = Math.max(LEAST_BYTES, Math.max(maxBytes, sizeInBytes));
                populate(position, (int) Math.min(endPosition, position + wanted));
                return true;
            }
            position += sizeInBytes;
        }
        return false;
    }

    private long lastOffset(int position) {
        var bytes = region.bytes();
        return bytes.getLong(position) + bytes.getInt(position + RecordBatch.LAST_OFFSET_DELTA_AT);
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
        try (var channel = FileChannel.open(region.file(), StandardOpenOption.READ)) {
            for (int position = from; position < end; position += scratch.position()) {
                scratch.clear().limit(end - position);
                if (channel.read(scratch, position) <= 0) {
                    throw new IOException(region.file() + " ends before position " + end);
                }
            }
        }
    }
}
