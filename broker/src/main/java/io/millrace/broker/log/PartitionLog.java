package io.millrace.broker.log;

import io.millrace.broker.log.disk.SerialWork;
import io.millrace.broker.log.disk.Disk;
import io.millrace.broker.log.producer.ProducerSnapshot;
import io.millrace.broker.log.producer.ProducerState;
import io.millrace.broker.log.segment.LogRead;
import io.millrace.broker.log.segment.Segment;
import io.millrace.broker.log.setting.LogSettings;
import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition's log. Its owner, one event loop, makes every change; any thread reads what was published:
 * the list of segments, and the end of each. What may block runs on the storage pool, and comes back to the
 * owner.
 */
public final class PartitionLog {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionLog.class);

    private final Path folder;
    private final Executor owner;
    private final LogResources resources;
    private final Disk disk;
    private ProducerState producers;
    private final EpochHistory epochs;
    private final AppendRoom room;
    private final LogFlush flush;
    private final SerialWork fileWork;
    private final ColdReads coldReads;
    private final LogCut cut;
    private final ReplicaAppends replicaAppends;
    private final SegmentList segments;
    private volatile LogSettings settings;
    private volatile long logStartOffset;
    private volatile long lastStableOffset;
    private volatile long recoveryPoint;
    private volatile long highWatermark;
    private long segmentAgeLimitMs;
    private boolean isClosed;

    PartitionLog(Path folder, Executor owner, LogResources resources, Disk disk, LogSettings settings,
            LogContents contents) {
        this.folder = folder;
        this.owner = owner;
        this.resources = resources;
        this.disk = disk;
        this.settings = settings;
        this.producers = contents.producers();
        this.epochs = contents.epochs();
        this.segments = new SegmentList(contents.segments());
        this.logStartOffset = contents.logStartOffset();
        this.recoveryPoint = contents.recoveryPoint();
        this.room = new AppendRoom(this, owner, resources, disk);
        this.flush = new LogFlush(this, owner, resources, disk, recoveryPoint);
        this.fileWork = new SerialWork(resources.pool()::execute);
        this.coldReads = new ColdReads(this, segments);
        this.cut = new LogCut(this, room, segments, new LogCut.Turns(owner, resources.pool(), fileWork));
        this.replicaAppends = new ReplicaAppends(this, room);
        this.segmentAgeLimitMs = settings.randomSegmentAgeMs();
    }

    // Any thread

    public Path folder() {
        return folder;
    }

    public LogSettings settings() {
        return settings;
    }

    public long logStartOffset() {
        return logStartOffset;
    }

    public long logEndOffset() {
        return active().endOffset();
    }

    /** The offset below which no transaction is open and every in-sync replica has the records. */
    public long lastStableOffset() {
        return lastStableOffset;
    }

    /** The offset up to which the log was forced to disk. */
    public long recoveryPoint() {
        return recoveryPoint;
    }

    public LogFlush flush() {
        return flush;
    }

    /** Offset below which every in-sync replica has the records, as far as this replica knows. */
    public long highWatermark() {
        return highWatermark;
    }

    public long sizeInBytes() {
        return segments.sizeInBytes();
    }

    /** Oldest first. */
    List<Segment> segments() {
        return segments.all();
    }

    Segment active() {
        return segments.active();
    }

    LogResources resources() {
        return resources;
    }

    /**
     * Whole batches from the one that holds {@code offset}, of one segment, none of which reaches
     * {@code limitOffset}: at most so many bytes, but the first batch in any case if at least one is asked
     * for. The records are a slice of the mapped file, and the caller's to release.
     */
    public LogRead read(long offset, long limitOffset, int maxBytes, boolean atLeastOneBatch) {
        return segments.read(offset, logStartOffset, limitOffset, maxBytes, atLeastOneBatch);
    }

    /** Reads that wait for the disk. */
    public ColdReads coldReads() {
        return coldReads;
    }

    // Owner only

    public ProducerState producers() {
        return producers;
    }

    public EpochHistory epochs() {
        return epochs;
    }

    public void changeSettings(LogSettings changed) {
        settings = changed;
        segmentAgeLimitMs = changed.randomSegmentAgeMs();
    }

    /** Whether a batch of this size and largest timestamp can be appended at once. */
    public boolean hasRoom(int bytes, long timestampMs) {
        return !isClosed && !disk.hasFailed() && !room.isChanging() && active().hasRoom(bytes)
                && !mustRoll(bytes, timestampMs);
    }

    /**
     * Calls back when {@link #hasRoom} should be asked again: more is allocated, or a new segment was
     * started.
     */
    public void whenRoom(int bytes, long timestampMs, RoomListener listener) {
        if (isClosed) {
            listener.onStorageError(new IOException("the log is closed: " + folder));
        } else if (disk.hasFailed()) {
            listener.onStorageError(disk.refusal());
        } else if (bytes > settings.segmentBytes()) {
            listener.onStorageError(new IOException(bytes + " bytes do not fit into a segment of " + folder));
        } else {
            room.wait(bytes, timestampMs, listener);
        }
    }

    /** Whether such a batch goes to a new segment, by size, offsets, index or record time. */
    boolean mustRoll(int bytes, long timestampMs) {
        var tail = active();
        return tail.isFullFor(bytes, settings) || tail.ageAtMs(timestampMs) > segmentAgeLimitMs;
    }

    /**
     * Appends one validated batch for which there is room: one copy, with offset and leader epoch set in it.
     * Answers its base offset, which readers see when this returns.
     */
    public long append(ByteBuf batch, int index, int sizeInBytes, int leaderEpoch) {
        long baseOffset = logEndOffset();
        append(batch, index, sizeInBytes, baseOffset, leaderEpoch);
        return baseOffset;
    }

    private void append(ByteBuf batch, int index, int sizeInBytes, long baseOffset, int leaderEpoch) {
        var tail = active();
        try {
            tail.append(batch, index, sizeInBytes, baseOffset, leaderEpoch, settings.indexIntervalBytes());
        } catch (InternalError e) {
            throw new UncheckedIOException(disk.fail("a page of " + tail.file() + " cannot be written to"));
        }
        room.appended(tail.region());
        flush.appended();
    }

    /** Remembers an appended batch's producer, and in the segment's index the transaction that it aborts. */
    public void remember(RecordBatch batch, long baseOffset) {
        var aborted = producers.update(batch, baseOffset);
        if (aborted != null) {
            active().abort(aborted);
        }
    }

    /** Appends one batch with the offsets and the epoch that its leader gave it; there is room, and it was checked. */
    void append(RecordBatch batch) {
        epochs.assign(batch.partitionLeaderEpoch(), batch.baseOffset());
        append(batch.buffer(), batch.index(), batch.sizeInBytes(), batch.baseOffset(),
                batch.partitionLeaderEpoch());
        if (batch.hasProducerId()) {
            remember(batch, batch.baseOffset());
        }
    }

    /** Appends of what was fetched from the leader. */
    public ReplicaAppends replicaAppends() {
        return replicaAppends;
    }

    /** Takes back what the leader does not have. */
    public LogCut cut() {
        return cut;
    }

    /** The log ends, and perhaps begins, lower now; what was known above that goes with it. */
    void lowerEnd(long endOffset) {
        recoveryPoint = Math.min(recoveryPoint, endOffset);
        highWatermark = Math.min(highWatermark, endOffset);
        lastStableOffset = Math.min(lastStableOffset, endOffset);
        logStartOffset = Math.min(logStartOffset, endOffset);
        epochs.truncateTo(endOffset);
        flush.truncated(endOffset);
    }

    /** The log is empty, at an offset. */
    void beginAnew(long offset) {
        epochs.truncateTo(0);
        logStartOffset = offset;
        recoveryPoint = offset;
        flush.truncated(offset);
        advanceHighWatermark(offset);
    }

    void producers(ProducerState rebuilt) {
        producers = rebuilt;
    }

    /** All below this offset is on every in-sync replica. */
    public void advanceHighWatermark(long offset) {
        highWatermark = Math.min(offset, logEndOffset());
        lastStableOffset = producers.lastStableOffset(highWatermark);
    }

    /** The tail as a change left it: the same segment with more room, or a new one. */
    void onTail(Segment tail) {
        var sealed = active();
        if (tail == sealed) {
            return;
        }
        segments.add(tail);
        segmentAgeLimitMs = settings.randomSegmentAgeMs();
        sealed.endAppends();
        var snapshot = producers.capture(tail.baseOffset());
        onceWorkedAhead(() -> {
            try {
                snapshot.write(folder);
                sealed.seal(disk);
                owner.execute(this::advanceRecoveryPoint);
            } catch (IOException e) {
                if (segments.all().contains(sealed)) {
                    disk.report(e);
                    LOG.error("cannot seal {}", sealed.file(), e);
                }
            }
        });
    }

    /**
     * Runs what touches a segment's file, one task at a time, behind the work ahead of appends that was asked for
     * before.
     */
    void onceWorkedAhead(SerialWork.Task task) {
        resources.pool().executeAhead(() -> fileWork.add(task));
    }

    /** To the first offset that may not be on disk, or whose segment ends before it but is not cut there yet. */
    void advanceRecoveryPoint() {
        for (var segment : segments.all()) {
            if (segment.endOffset() > recoveryPoint) {
                if (!segment.isOnDisk()) {
                    // below its last record: a recovery must look where the segment ends until it is cut there
                    long most = segment == active() ? segment.endOffset() - 1 : 0;
                    recoveryPoint = Math.max(recoveryPoint, Math.min(flush.forcedOffset(), most));
                    return;
                }
                recoveryPoint = segment.endOffset();
            }
        }
    }

    /** Starts a new segment if the active one holds anything; retention does so when its records are due. */
    public void roll(RoomListener listener) {
        if (active().isEmpty() || room.isChanging()) {
            listener.onRoom();
        } else {
            room.roll(logEndOffset(), listener);
        }
    }

    /** Moves the start of the log; records below are gone for readers at once, segments when retention runs. */
    public void advanceLogStart(long offset) {
        if (offset > logStartOffset) {
            logStartOffset = Math.min(offset, logEndOffset());
            epochs.advanceStart(logStartOffset);
        }
    }

    /** Takes whole segments below an offset out, never the active one; the caller deletes their files. */
    List<Segment> removeSegmentsBelow(long offset) {
        var gone = segments.removeBelow(offset);
        if (!gone.isEmpty()) {
            advanceLogStart(segments.first().baseOffset());
        }
        return gone;
    }

    /** Whether compaction may replace these neighbours; if so they stay until {@link SegmentList#endSwap}. */
    boolean beginSwap(List<Segment> old) {
        return !isClosed && !room.isChanging() && segments.beginSwap(old);
    }

    SegmentList segmentList() {
        return segments;
    }

    /** Lets go of what nobody used since the last call. */
    public void releaseIdle() {
        if (room.isChanging()) {
            return;
        }
        for (var segment : segments.all()) {
            if (segment.isIdle()) {
                release(segment);
            }
        }
    }

    private void release(Segment segment) {
        var mapping = segment.detach();
        if (segment != active()) {
            segment.unloadIndexes();
        }
        if (mapping != null) {
            onceWorkedAhead(mapping::release);
        }
    }

    /**
     * Seals the active segment and lets go of all. Completes on a storage thread; exceptionally if a write
     * failed.
     */
    public CompletableFuture<Void> close() {
        isClosed = true;
        var closed = new CompletableFuture<Void>();
        room.whenUnchanged(() -> {
            room.fail(new IOException("the log is closed: " + folder));
            var snapshot = producers.capture(logEndOffset());
            onceWorkedAhead(() -> close(snapshot, closed));
        });
        return closed;
    }

    private void close(ProducerSnapshot snapshot, CompletableFuture<Void> closed) {
        try {
            snapshot.write(folder);
            epochs.write(folder);
            for (var segment : segments.all()) {
                segment.seal(disk);
            }
            recoveryPoint = logEndOffset();
            flush.closed(recoveryPoint);
            closed.complete(null);
        } catch (IOException e) {
            closed.completeExceptionally(e);
        } finally {
            for (var segment : segments.all()) {
                var mapping = segment.detach();
                if (mapping != null) {
                    mapping.release();
                }
            }
        }
    }
}
