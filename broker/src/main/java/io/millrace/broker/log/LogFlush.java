package io.millrace.broker.log;

import io.millrace.broker.log.disk.Disk;
import io.millrace.broker.log.disk.Flusher;
import io.millrace.broker.log.file.DurableFile;
import io.millrace.broker.log.segment.Segment;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far one log is on its disk, and when it is forced. The log's owner asks after appends; the flusher's threads
 * force, one at a time, and publish how far; the owner is told.
 * <pre>
 *   |---- forced ----|---- fewer than flush.messages records ----|---- may not be acknowledged yet ----|
 *                    forced offset                               settled offset               log end
 * </pre>
 */
public final class LogFlush {
    private static final Logger LOG = LoggerFactory.getLogger(LogFlush.class);
    private static final long RETRY_MS = 100;
    private static final long NEVER = Long.MAX_VALUE;

    /** Told, on a log's owner, what its disk did. */
    public interface Listener {
        Listener NONE = new Listener() {
            @Override
            public void onForced() {}

            @Override
            public void onFailed(IOException cause) {}
        };

        /** The log was forced, and {@link LogFlush#settledOffset} may have moved. */
        void onForced();

        /** The disk is out of use: nothing that waits for it will ever be settled. */
        void onFailed(IOException cause);
    }

    /** A part of a segment. Immutable. */
    private record Forced(Segment segment, int position) {
        static final Forced NOTHING = new Forced(null, 0);
    }

    private final PartitionLog log;
    private final Executor owner;
    private final LogResources resources;
    private final Disk disk;
    private final Flusher.Forces forces;
    private final Runnable ask;
    private volatile Listener listener = Listener.NONE;
    private volatile long forcedOffset;
    private volatile int cuts;
    /** Up to where the last segment that was forced is on the disk. */
    private volatile Forced forced = Forced.NOTHING;
    /** Written by the thread that forces; the segment whose name in the folder is on the disk. */
    private long namedBaseOffset = -1;
    private boolean isTimed;

    LogFlush(PartitionLog log, Executor owner, LogResources resources, Disk disk, long forcedOffset) {
        this.log = log;
        this.owner = owner;
        this.resources = resources;
        this.disk = disk;
        this.forcedOffset = forcedOffset;
        this.forces = disk.flusher().forces(this::force);
        this.ask = forces::ask;
    }

    long forcedOffset() {
        return forcedOffset;
    }

    /** Up to here the policy lets appends be acknowledged, and read by consumers. Any thread. */
    public long settledOffset() {
        long endOffset = log.logEndOffset();
        long most = log.settings().flushMessages() - 1;
        long forced = forcedOffset;
        return endOffset - forced <= most ? endOffset : forced + most;
    }

    /** From now on tells the owner; what a recovery found beyond the forced offset is flushed as if just appended. */
    public void listen(Listener toldOnOwner) {
        listener = toldOnOwner;
        if (disk.hasFailed()) {
            failed();
        } else if (log.logEndOffset() > forcedOffset) {
            owner.execute(this::appended);
        }
    }

    /** The disk failed. Any thread. */
    void failed() {
        owner.execute(() -> listener.onFailed(disk.failure()));
    }

    /** After an append, on the owner: asks for what the policy wants. */
    void appended() {
        disk.noteWrite();
        var settings = log.settings();
        if (settings.flushMessages() != NEVER
                && log.logEndOffset() - forcedOffset >= settings.flushMessages()) {
            forces.ask();
        } else if (settings.flushMs() != NEVER && !isTimed) {
            isTimed = true;
            resources.pool().schedule(ask, settings.flushMs());
        }
    }

    /** On a flusher's thread. */
    private void force() {
        int cutsBefore = cuts;
        long endOffset = log.logEndOffset();
        var last = forced;
        var now = Forced.NOTHING;
        try {
            for (var segment : log.segments()) {
                if (segment.endOffset() > forcedOffset && !segment.isOnDisk()) {
                    now = force(segment, segment == last.segment ? last.position : 0);
                }
            }
        } catch (IOException e) {
            disk.report(e);
            if (!disk.hasFailed()) {
                LOG.warn("{} could not be forced, trying again: {}", log.folder(), e.getMessage());
                resources.pool().schedule(ask, RETRY_MS);
            }
            return;
        }
        var after = now;
        owner.execute(() -> onForced(cutsBefore, endOffset, after));
    }

    private Forced force(Segment segment, int from) throws IOException {
        int position = segment.sizeInBytes();
        try {
            force(segment, from, position);
        } catch (NoSuchFileException e) {
            if (log.segments().contains(segment)) {
                disk.fail(e);
                throw e;
            }
            return Forced.NOTHING; // retention took it meanwhile
        }
        if (segment.baseOffset() > namedBaseOffset) {
            DurableFile.forceFolder(segment.folder());
            disk.freshFolders().settle(segment.folder());
            namedBaseOffset = segment.baseOffset();
        }
        return new Forced(segment, position);
    }

    /** The pages made ready for appends to come are left alone, or they would be written twice. */
    private void force(Segment segment, int from, int end) throws IOException {
        var mapping = segment.region();
        if (mapping == null || mapping.isReadOnly() || !mapping.tryRetain()) {
            segment.force(disk);
            return;
        }
        try {
            if (end > from) {
                mapping.force(from, end);
            }
        } finally {
            mapping.release();
        }
    }

    private void onForced(int cutsBefore, long endOffset, Forced now) {
        if (cutsBefore == cuts) {
            forced = now;
            forcedOffset = Math.max(forcedOffset, endOffset);
        }
        isTimed = false;
        log.advanceRecoveryPoint();
        listener.onForced();
        if (log.logEndOffset() > forcedOffset) {
            appended(); // what came while the log was being forced
        }
    }

    /** The log was cut: what is appended from here on is not on the disk, nor does a force under way know it. */
    void truncated(long endOffset) {
        cuts++;
        forced = Forced.NOTHING;
        forcedOffset = Math.min(forcedOffset, endOffset);
    }

    /** How often the log was cut. */
    int cuts() {
        return cuts;
    }

    /** The log was closed, and all of it is on the disk. */
    void closed(long endOffset) {
        forcedOffset = endOffset;
    }
}
