package io.millrace.broker.log.segment;

import io.millrace.broker.log.disk.Disk;
import io.millrace.broker.log.file.DurableFile;
import io.millrace.broker.log.file.LogFiles;
import io.millrace.broker.log.file.SharedFile;
import io.millrace.broker.log.region.MappedRegion;
import io.millrace.broker.log.region.ResidentBudget;
import io.millrace.broker.log.setting.LogSettings;
import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One segment of a log. The log's owner appends and publishes its end; any thread reads up to that. Storage
 * threads map it and load its indexes when it is first used, and let go of both when it is idle.
 */
public final class Segment {
    private static final VarHandle END;
    private static final VarHandle READER;
    private static final VarHandle INDEXES;

    static {
        try {
            var lookup = MethodHandles.lookup();
            END = lookup.findVarHandle(Segment.class, "end", long.class);
            READER = lookup.findVarHandle(Segment.class, "reader", SegmentReader.class);
            INDEXES = lookup.findVarHandle(Segment.class, "indexes", SegmentIndexes.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Path folder;
    private final Path file;
    private final long baseOffset;
    /** Relative end offset in the upper half, end position in the lower, so that both change as one. */
    private volatile long end;
    private volatile SegmentReader reader;
    private volatile SegmentIndexes indexes;
    private volatile long knownMaxTimestampMs;
    private volatile boolean isDamaged;
    private volatile boolean isRetired;
    private volatile boolean wasUsed;
    /** Whether the files hold all that was appended: false from the first mapping for appends until sealed. */
    private volatile boolean isOnDisk;

    private Segment(Path folder, long baseOffset, SegmentEnd end, boolean isOnDisk) {
        this.folder = folder;
        this.baseOffset = baseOffset;
        this.file = folder.resolve(LogFiles.name(baseOffset, LogFiles.LOG));
        this.end = pack(end.endOffset() - baseOffset, end.sizeInBytes());
        this.knownMaxTimestampMs = end.maxTimestampMs();
        this.isOnDisk = isOnDisk;
    }

    private static long pack(long relativeEndOffset, int position) {
        return relativeEndOffset << 32 | position;
    }

    /** A new segment with an empty file. Blocks. */
    public static Segment create(Path folder, long baseOffset) throws IOException {
        var segment = new Segment(folder, baseOffset, SegmentEnd.ofEmpty(baseOffset), true);
        Files.write(segment.file, new byte[0]);
        segment.indexes = new SegmentIndexes();
        return segment;
    }

    /** A segment whose file is there, as long as {@code end} says, and perhaps forced. Touches no file. */
    static Segment reopen(Path folder, long baseOffset, SegmentEnd end, boolean isOnDisk) {
        return new Segment(folder, baseOffset, end, isOnDisk);
    }

    public long baseOffset() {
        return baseOffset;
    }

    public long endOffset() {
        return baseOffset + (end >>> 32);
    }

    public int sizeInBytes() {
        return (int) end;
    }

    public boolean isEmpty() {
        return (int) end == 0;
    }

    public Path file() {
        return file;
    }

    public Path folder() {
        return folder;
    }

    /** Null while nobody uses the segment. */
    public MappedRegion region() {
        var mapped = reader;
        return mapped == null ? null : mapped.region();
    }

    /** Null until first used. */
    public SegmentIndexes indexes() {
        return indexes;
    }

    /** Copies one whole batch behind the last one and publishes it. Owner only, after it saw room. */
    public void append(ByteBuf batch, int index, int sizeInBytes, long batchOffset, int leaderEpoch,
            int intervalBytes) {
        long now = end;
        int position = (int) now;
        int lastRelative = (int) (batchOffset - baseOffset)
                + batch.getInt(index + RecordBatch.LAST_OFFSET_DELTA_AT);
        if (lastRelative < now >>> 32) {
            throw new IllegalArgumentException("batch at " + batchOffset + " ends outside segment " + file);
        }
        var mapping = region();
        var bytes = mapping.bytes();
        batch.getBytes(index, bytes, position, sizeInBytes);
        bytes.setLong(position + RecordBatch.BASE_OFFSET_AT, batchOffset);
        bytes.setInt(position + RecordBatch.LEADER_EPOCH_AT, leaderEpoch);
        long timestampMs = batch.getLong(index + RecordBatch.MAX_TIMESTAMP_AT);
        indexes.batchAppended(lastRelative, position, sizeInBytes, timestampMs, intervalBytes);
        mapping.writePosition(position + sizeInBytes);
        noteUse();
        END.setRelease(this, pack(lastRelative + 1L, position + sizeInBytes));
    }

    /** Notes that a marker appended here aborted a transaction. Owner only. */
    public void abort(AbortedTransaction transaction) {
        indexes.transactions().append(transaction);
    }

    /** Publishes that the segment ends at a position, where this offset is next. Owner only; see {@link SegmentCut}. */
    void end(long endOffset, int position) {
        isOnDisk = false;
        knownMaxTimestampMs = SegmentIndexes.NONE;
        END.setRelease(this, pack(endOffset - baseOffset, position));
    }

    /** Publishes that less of the file is batches; false if its end has moved meanwhile. */
    boolean shorten(int from, int to) {
        return END.compareAndSet(this, pack(end >>> 32, from), pack(end >>> 32, to));
    }

    /** Says that nobody waits for room here any more. */
    public void endAppends() {
        var mapping = region();
        if (mapping != null) {
            mapping.neededEnd(0);
        }
    }

    /** Whether the next batch must go to another segment, as far as size and offsets go. */
    public boolean isFullFor(int bytes, LogSettings settings) {
        long now = end;
        int position = (int) now;
        var mapping = region();
        long capacityBytes = mapping == null || mapping.isReadOnly() ? settings.segmentBytes()
                : Math.min(settings.segmentBytes(), mapping.capacityBytes());
        var loaded = indexes;
        return position > 0 && (position + (long) bytes > capacityBytes
                || now >>> 32 > Integer.MAX_VALUE - RecordBatch.MOST_RECORDS
                || loaded != null && loaded.isFull(settings.indexBytes()));
    }

    /** How old the segment is, in record time, at a timestamp; 0 if its first one is not in memory. */
    public long ageAtMs(long timestampMs) {
        var loaded = indexes;
        return loaded == null || loaded.firstTimestampMs() < 0 ? 0 : timestampMs - loaded.firstTimestampMs();
    }

    /** Whether an append of this size would touch only pages that are there. Owner only. */
    public boolean hasRoom(int bytes) {
        var mapping = region();
        return mapping != null && (int) end + (long) bytes <= mapping.populatedEnd();
    }

    /**
     * Whole batches from the one that holds {@code offset}, or null if this segment has none at or after it.
     * Any thread.
     */
    public LogRead read(long offset, long limitOffset, int maxBytes, boolean atLeastOneBatch) {
        long now = end;
        if (offset - baseOffset >= now >>> 32 || (int) now == 0) {
            return null;
        }
        if (isDamaged) {
            return LogRead.STORAGE_ERROR;
        }
        var mapped = reader;
        if (mapped == null || !mapped.region().tryRetain()) {
            return LogRead.COLD;
        }
        noteUse();
        LogRead result = LogRead.STORAGE_ERROR;
        try {
            result = mapped.read(now, offset, limitOffset, maxBytes, atLeastOneBatch);
        } catch (InternalError e) {
            isDamaged = true; // a page of the mapping could not be read
        } finally {
            if (result == null || result.records() == null || !result.records().isReadable()) {
                mapped.region().release();
            }
        }
        return result;
    }

    /** Makes bytes from an offset on readable without waiting for a disk; false if there are none. Blocks. */
    public boolean warm(long offset, int maxBytes, ResidentBudget budget, LogSettings settings)
            throws IOException {
        if (offset >= endOffset()) {
            return false;
        }
        var loaded = loadIndexes(settings);
        var mapping = mapForReads(loaded);
        if (mapping == null || !mapping.tryRetain()) {
            return false;
        }
        try {
            var warmer = new SegmentWarmer(mapping, budget, end);
            if (!warmer.fits(loaded.offsets(), offset - baseOffset, baseOffset)) {
                loaded = IndexRepair.of(this, loaded, settings);
            }
            return warmer.warm(offset - baseOffset, baseOffset, maxBytes, loaded.offsets());
        } catch (IOException e) {
            isDamaged = true;
            throw e;
        } finally {
            mapping.release();
        }
    }

    /** Compaction is about to put another file in this one's place: mappings read on, no new one is made. */
    public void retire() {
        isRetired = true;
    }

    /** Says that the file stays after all. */
    public void unretire() {
        isRetired = false;
    }

    public boolean isRetired() {
        return isRetired;
    }

    /** Says that the file cannot be relied on any more: readers are told so. */
    public void fail() {
        isDamaged = true;
    }

    private MappedRegion mapForReads(SegmentIndexes loaded) throws IOException {
        var mapping = region();
        if (mapping != null || isEmpty()) {
            return mapping;
        }
        var fresh = MappedRegion.forReads(file, sizeInBytes());
        if (isRetired) {
            fresh.release();
            throw new IOException("replaced while it was opened: " + file);
        }
        var seen = (SegmentReader) READER.compareAndExchange(this, null,
                new SegmentReader(fresh, loaded.offsets(), baseOffset));
        if (seen != null) {
            fresh.release();
            return seen.region();
        }
        return fresh;
    }

    /** Maps the segment so that it can grow to its full size. Blocks; only the thread that works ahead. */
    MappedRegion mapForAppends(LogSettings settings, Disk disk) throws IOException {
        var loaded = loadIndexes(settings);
        var mapping = region();
        if (mapping != null && !mapping.isReadOnly()) {
            return mapping;
        }
        isOnDisk = false;
        SharedFile.own(file);
        var fresh = MappedRegion.forAppends(file, Math.max(settings.segmentBytes(), sizeInBytes()), disk);
        fresh.writePosition(sizeInBytes());
        var old = (SegmentReader) READER.getAndSet(this,
                new SegmentReader(fresh, loaded.offsets(), baseOffset));
        if (old != null) {
            old.region().release();
        }
        return fresh;
    }

    /** The indexes, read or rebuilt if they are not in memory. Blocks. */
    SegmentIndexes loadIndexes(LogSettings settings) throws IOException {
        var loaded = indexes;
        if (loaded != null) {
            return loaded;
        }
        var fresh = SegmentIndexes.load(folder, baseOffset, sizeInBytes(), settings.indexIntervalBytes());
        if (isRetired) {
            throw new IOException("replaced while its indexes were read: " + file);
        }
        SegmentTail.cutOff(this, fresh.offsets());
        var seen = (SegmentIndexes) INDEXES.compareAndExchange(this, null, fresh);
        return seen == null ? fresh : seen;
    }

    /** The first batch's largest timestamp, or -1. Blocks. */
    public long firstTimestampMs() throws IOException {
        var loaded = indexes;
        return isEmpty() ? SegmentIndexes.NONE
                : loaded != null ? loaded.firstTimestampMs() : BatchScan.firstTimestampMs(file);
    }

    /** Puts others in the place of indexes that do not fit the segment. */
    void replaceIndexes(SegmentIndexes wrong, SegmentIndexes right) {
        INDEXES.compareAndSet(this, wrong, right);
        var mapped = reader;
        if (mapped != null) {
            READER.compareAndSet(this, mapped,
                    new SegmentReader(mapped.region(), right.offsets(), baseOffset));
        }
    }

    /** The largest record timestamp, or {@link SegmentIndexes#NONE}. May block. */
    public long maxTimestampMs(LogSettings settings) throws IOException {
        var loaded = indexes;
        if (loaded != null) {
            return loaded.maxTimestampMs();
        }
        if (knownMaxTimestampMs == SegmentIndexes.NONE && !isEmpty()) {
            long lastMs = TimeIndex
                    .lastTimestampMs(folder.resolve(LogFiles.name(baseOffset, LogFiles.TIME_INDEX)));
            knownMaxTimestampMs = lastMs >= 0 ? lastMs : loadIndexes(settings).maxTimestampMs();
        }
        return knownMaxTimestampMs;
    }

    /** Writes the indexes, cuts the file to its length and forces all of it. Blocks; no append may follow. */
    public void seal(Disk disk) throws IOException {
        if (isOnDisk) {
            return;
        }
        var written = indexes;
        if (written != null) {
            knownMaxTimestampMs = written.maxTimestampMs();
            written.write(folder, baseOffset);
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(sizeInBytes()); // mapped or not: nobody touches bytes past the published end
            disk.force(channel, true);
        }
        DurableFile.forceFolder(folder);
        isOnDisk = true;
    }

    /** Forces what was published before the call. Blocks. */
    public void force(Disk disk) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            disk.force(channel, false);
        }
    }

    private void noteUse() {
        if (!wasUsed) {
            wasUsed = true;
        }
    }

    /** Whether nobody read or wrote the segment since the last call. */
    public boolean isIdle() {
        boolean isIdle = !wasUsed;
        wasUsed = false;
        return isIdle;
    }

    /** Takes the mapping away from new readers, null if there is none; the caller drops it where it may block. */
    public MappedRegion detach() {
        var mapped = (SegmentReader) READER.getAndSet(this, null);
        return mapped == null ? null : mapped.region();
    }

    /** Whether the files hold everything, so that a crash leaves nothing to recover here. */
    public boolean isOnDisk() {
        return isOnDisk;
    }

    /** Forgets the indexes of a sealed segment if its files have them. */
    public void unloadIndexes() {
        if (isOnDisk) {
            indexes = null;
        }
    }
}
