package io.millrace.broker.log;

import io.millrace.broker.log.disk.Disk;
import io.millrace.broker.log.disk.Flusher;
import io.millrace.broker.log.recovery.RecoveryMark;
import io.millrace.broker.log.segment.Segment;
import io.millrace.broker.log.setting.LogSettings;
import io.millrace.broker.log.setting.Retention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an open log needs from time to time: retention, recovery marks, forgetting idle producers, letting go of idle mappings. It
 * reads and deletes files on storage threads, and posts changes to the log's owner.
 */
final class LogCare {
    private static final Logger LOG = LoggerFactory.getLogger(LogCare.class);
    /** In a full segment, so that a recovery reads little more than such a share of it. */
    private static final int MARKS = 16;

    private final PartitionLog log;
    private final Executor owner;
    private final LogResources resources;
    private final Disk disk;
    private final Flusher.Forces marks;
    private volatile Marked capturing;
    private volatile Marked marked;

    /** A segment with its mark, and how often the log was cut before. */
    private record Marked(Segment segment, int cuts, RecoveryMark mark) {}

    LogCare(PartitionLog log, Executor owner, LogResources resources, Disk disk) {
        this.log = log;
        this.owner = owner;
        this.resources = resources;
        this.disk = disk;
        this.marks = disk.flusher().forces(this::forceMarked);
    }

    /** Looks for segments that may go; what it finds goes soon after. Blocks. */
    void applyRetention() throws IOException {
        var settings = log.settings();
        var candidates = new ArrayList<Retention.Candidate>();
        for (var segment : log.segments()) {
            candidates.add(
                    new Retention.Candidate(segment.baseOffset(), segment.endOffset(), segment.sizeInBytes(),
                            ageBaseMs(segment, settings)));
        }
        var decision = new Retention(settings, resources.clock().millis(), log.logStartOffset(),
                log.highWatermark())
                .decide(candidates);
        if (decision.rollsFirst()) {
            owner.execute(() -> log.roll(new AfterRoll(decision.keepFrom())));
        } else if (decision.keepFrom() > candidates.get(0).baseOffset()) {
            owner.execute(() -> removeBelow(decision.keepFrom()));
        }
    }

    /** Records without timestamps, and those of which compaction left nothing, are as old as their file. */
    private static long ageBaseMs(Segment segment, LogSettings settings) throws IOException {
        long maxTimestampMs = segment.maxTimestampMs(settings);
        boolean isNew = segment.endOffset() == segment.baseOffset();
        return maxTimestampMs >= 0 || isNew ? maxTimestampMs
                : Files.getLastModifiedTime(segment.file()).toMillis();
    }

    private final class AfterRoll implements RoomListener {
        private final long keepFrom;

        AfterRoll(long keepFrom) {
            this.keepFrom = keepFrom;
        }

        @Override
        public void onRoom() {
            removeBelow(keepFrom);
        }

        @Override
        public void onStorageError(IOException error) {
            LOG.warn("{} keeps records that are due: {}", log.folder(), error.getMessage());
        }
    }

    private void removeBelow(long keepFrom) {
        var gone = log.removeSegmentsBelow(keepFrom);
        if (!gone.isEmpty()) {
            LOG.info("{} begins at offset {} now: {} segments are deleted", log.folder(),
                    log.logStartOffset(),
                    gone.size());
            long delayMs = disk.isFull() ? 0 : log.settings().fileDeleteDelayMs();
            resources.pool().schedule(() -> unlink(gone), delayMs);
        }
    }

    private void unlink(List<Segment> gone) {
        for (var segment : gone) {
            try {
                LogFolder.deleteSegment(segment.folder(), segment.baseOffset());
            } catch (IOException e) {
                LOG.error("{} cannot be deleted: {}", segment.file(), e.getMessage());
            }
            var mapping = segment.detach();
            if (mapping != null) {
                mapping.release();
            }
        }
    }

    void expireProducers(long expirationMs) {
        owner.execute(() -> log.producers().expire(resources.clock().millis(), expirationMs));
    }

    /** Has recoveries begin further on in the active segment; its epochs are written already. Any thread. */
    void mark() {
        owner.execute(() -> {
            if (isMarkDue() && log.active().indexes() != null) {
                capturing = capture(log.active());
                marks.ask();
            }
        });
    }

    /** Whether much was appended since the last mark. */
    boolean isMarkDue() {
        var active = log.active();
        var before = marked;
        int markedBytes = before != null && before.segment == active ? before.mark.position() : 0;
        return active.sizeInBytes() - markedBytes > log.settings().segmentBytes() / MARKS;
    }

    private Marked capture(Segment active) {
        long offset = active.endOffset();
        return new Marked(active, log.flush().cuts(),
                new RecoveryMark(active.baseOffset(), offset, active.sizeInBytes(),
                        log.epochs().epochAt(offset - 1), active.indexes().sample(),
                        log.producers().capture(offset)));
    }

    /** On a thread that forces. */
    private void forceMarked() {
        var captured = capturing;
        try {
            captured.segment.force(disk);
            owner.execute(() -> write(captured));
        } catch (NoSuchFileException e) {
            LOG.debug("{} went before it was marked", captured.segment.file());
        } catch (IOException e) {
            disk.report(e);
            LOG.warn("{} is read as a whole after a crash: {}", captured.segment.file(), e.getMessage());
        }
    }

    /** Behind work on the files that was asked for before, such as a cut, which takes a mark away. */
    private void write(Marked captured) {
        if (captured.cuts != log.flush().cuts() || captured.segment != log.active()) {
            return;
        }
        marked = captured;
        log.onceWorkedAhead(() -> {
            try {
                captured.mark.write(log.folder());
            } catch (NoSuchFileException e) {
                LOG.debug("{} went before it was marked", log.folder());
            } catch (IOException e) {
                disk.report(e);
                LOG.warn("{} has no new recovery mark: {}", log.folder(), e.getMessage());
            }
        });
    }

    /** How many of the log's segments are mapped. */
    int mappings() {
        int mapped = 0;
        for (var segment : log.segments()) {
            if (segment.region() != null) {
                mapped++;
            }
        }
        return mapped;
    }

    void releaseIdle() {
        owner.execute(log::releaseIdle);
    }

    /** Makes the folder durable if the log promises anything. Blocks. */
    void settle() {
        try {
            if (log.recoveryPoint() > 0) {
                disk.freshFolders().settle(log.folder());
            }
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    /** Closes the log in order, from any thread. */
    CompletableFuture<Void> close() {
        var closed = new CompletableFuture<Void>();
        owner.execute(() -> log.close().whenComplete((nothing, error) -> {
            if (error == null) {
                closed.complete(null);
            } else {
                closed.completeExceptionally(error);
            }
        }));
        return closed;
    }
}
