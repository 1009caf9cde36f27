package io.millrace.broker.log;

import io.millrace.broker.log.file.DamagedFileException;
import io.millrace.broker.log.file.SharedFile;
import io.millrace.broker.log.producer.ProducerSnapshot;
import io.millrace.broker.log.producer.ProducerState;
import io.millrace.broker.log.producer.SnapshotFiles;
import io.millrace.broker.log.recovery.RecoveryMark;
import io.millrace.broker.log.segment.BatchScan;
import io.millrace.broker.log.segment.SegmentFile;
import io.millrace.broker.log.segment.SegmentIndexes;
import io.millrace.broker.log.segment.SegmentScan;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes what a crash left in one partition's folder into what a clean close leaves, and loads it. What lies above the
 * recovery point is cut where it stops being good. One thread, one run; blocks.
 * <pre>
 *   log start       snapshot        recovery point                 torn tail
 *   |--- trusted ---|-- replayed ---|--- checked and replayed -----|~~~ cut off
 *                   \ a fault down here is damage: reported, never cut
 * </pre>
 * What is checked and replayed begins with the segment of the recovery point, or at the mark inside it.
 */
final class LogRecovery {
    private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);

    private final Path folder;
    private final List<SegmentFile> segments;
    private final long recoveryPoint;
    private final int indexIntervalBytes;
    private final SegmentScan scan = new SegmentScan();
    private final ProducerState producers = new ProducerState();
    private final List<SegmentFile> good = new ArrayList<>();
    private EpochHistory epochs;
    private RecoveryMark mark;
    private long replayFrom;
    private long endOffset;
    private int leaderEpoch = EpochHistory.NO_EPOCH;

    /** Takes the segments that lie in the folder, oldest first, at least one. */
    LogRecovery(Path folder, List<SegmentFile> segments, long recoveryPoint, int indexIntervalBytes) {
        this.folder = folder;
        this.segments = segments;
        this.recoveryPoint = recoveryPoint;
        this.indexIntervalBytes = indexIntervalBytes;
    }

    /** Recovers; {@link DamagedFileException} if the log is not good up to its recovery point. */
    LogContents run(long startOffset) throws IOException {
        boolean areEpochsKnown = readEpochs();
        int firstChecked = areEpochsKnown ? segmentHolding(recoveryPoint) : 0;
        if (areEpochsKnown) {
            readMark(segments.get(firstChecked));
        }
        if (mark == null) {
            trustUpTo(firstChecked, startOffset);
        } else {
            trustUpToMark(firstChecked);
        }
        boolean isWhole = true;
        for (int i = firstChecked; i < segments.size() && isWhole; i++) {
            isWhole = check(i);
        }
        if (!areEpochsKnown) {
            epochs.write(folder); // else they are found again until the recovery point moves, which writes them first
        }
        return finish(startOffset);
    }

    /** Whether the history could be read; otherwise the whole log makes it again. */
    private boolean readEpochs() throws IOException {
        try {
            epochs = EpochHistory.read(folder);
            return true;
        } catch (DamagedFileException e) {
            LOG.warn("{}; it is made again from the whole log", e.getMessage());
            epochs = new EpochHistory();
            return false;
        }
    }

    /** Takes the mark only if a batch, or nothing, begins at its place, and epochs are known up to there. */
    private void readMark(SegmentFile segment) throws IOException {
        var found = RecoveryMark.read(segment);
        boolean fits = found != null && found.leaderEpoch() == epochs.epochAt(found.offset() - 1)
                && BatchScan.mayBeginAt(segment.path(), found.position(), found.offset());
        mark = fits ? found : null;
    }

    private void trustUpTo(int firstChecked, long startOffset) throws IOException {
        long checkedFrom = segments.get(firstChecked).baseOffset();
        epochs.truncateTo(checkedFrom);
        var snapshot = SnapshotFiles.newestUpTo(folder, checkedFrom);
        snapshot.ifPresent(producers::restore);
        replayFrom = snapshot.map(ProducerSnapshot::offset).orElse(startOffset);

        int firstRead = Math.min(firstChecked, segmentHolding(replayFrom));
        good.addAll(segments.subList(0, firstRead));
        for (int i = firstRead; i < firstChecked; i++) {
            replay(i);
        }
    }

    private void trustUpToMark(int firstChecked) {
        epochs.truncateTo(mark.offset());
        producers.restore(mark.producers());
        replayFrom = mark.offset();
        leaderEpoch = mark.leaderEpoch();
        good.addAll(segments.subList(0, firstChecked));
    }

    /** Where the check of a segment begins: at its start, or at the mark. */
    private SegmentScan.Start startOf(SegmentFile segment) {
        return mark != null && mark.baseOffset() == segment.baseOffset()
                ? new SegmentScan.Start(mark.position(), mark.offset(), leaderEpoch)
                : new SegmentScan.Start(0, segment.baseOffset(), leaderEpoch);
    }

    private int segmentHolding(long offset) {
        int at = segments.size() - 1;
        while (at > 0 && segments.get(at).baseOffset() > offset) {
            at--;
        }
        return at;
    }

    /** Reads a trusted segment for the sake of its producers. */
    private void replay(int at) throws IOException {
        var segment = segments.get(at);
        var result = scan.scan(segment.path(), segment.baseOffset(), leaderEpoch, (batch, position) -> {
            if (batch.baseOffset() >= replayFrom) {
                producers.update(batch, batch.baseOffset());
            }
        });
        if (faultOf(at, result) != null) {
            throw damage(at, result);
        }
        leaderEpoch = result.leaderEpoch();
        good.add(segment);
    }

    /** Reads a segment that was perhaps not on the disk yet; false if the log ends in it. */
    private boolean check(int at) throws IOException {
        var segment = segments.get(at);
        long baseOffset = segment.baseOffset();
        var start = startOf(segment);
        var indexes = start.position() > 0 ? mark.indexes() : new SegmentIndexes();
        var result = scan.scan(segment.path(), baseOffset, start, (batch, position) -> {
            var aborted = batch.baseOffset() >= replayFrom ? producers.update(batch, batch.baseOffset())
                    : null;
            if (aborted != null) {
                indexes.transactions().append(aborted);
            }
            epochs.assign(batch.partitionLeaderEpoch(), batch.baseOffset());
            indexes.batchAppended((int) (batch.lastOffset() - baseOffset), position, batch.sizeInBytes(),
                    batch.maxTimestamp(), indexIntervalBytes);
        });
        boolean isLast = at == segments.size() - 1;
        boolean isWhole = faultOf(at, result) == null;
        if (result.nextOffset() < recoveryPoint && (isLast || !isWhole)) {
            throw damage(at, result);
        }
        leaderEpoch = result.leaderEpoch();
        endOffset = result.nextOffset();
        good.add(new SegmentFile(folder, baseOffset, result.goodBytes()));
        writeIndexes(indexes, baseOffset, isLast);
        cut(segment, result, isLast);
        if (!isWhole) {
            LOG.info("Cut {} at byte {}, offset {}: {}", segment.path(), result.goodBytes(), endOffset,
                    faultOf(at, result));
            removeFrom(at + 1);
        }
        return isWhole;
    }

    /** None for a short log: reading it is as fast. Without space for more files the log opens all the same. */
    private void writeIndexes(SegmentIndexes indexes, long baseOffset, boolean isLast) throws IOException {
        if (isLast && indexes.isEmpty()) {
            LogFolder.deleteIndexes(folder, baseOffset);
            return;
        }
        try {
            indexes.write(folder, baseOffset);
        } catch (IOException e) {
            LOG.warn("The indexes of offset {} in {} are made again whenever they are needed: {}", baseOffset,
                    folder,
                    e.getMessage());
            LogFolder.deleteIndexes(folder, baseOffset);
            indexes.writeTransactions(folder, baseOffset);
        }
    }

    private String faultOf(int at, SegmentScan.Result result) {
        boolean isLast = at == segments.size() - 1;
        if (result.fault() != null || isLast) {
            return result.fault();
        }
        long nextBase = segments.get(at + 1).baseOffset();
        boolean isBlankAtEnd = result.goodBytes() < segments.get(at).sizeInBytes();
        boolean isGapTooWide = nextBase - segments.get(at).baseOffset() > Integer.MAX_VALUE;
        boolean endsWell = result.nextOffset() == nextBase
                || result.nextOffset() < nextBase && (!isBlankAtEnd || isGapTooWide);
        return endsWell ? null : "the next segment does not follow";
    }

    private DamagedFileException damage(int at, SegmentScan.Result result) {
        var fault = faultOf(at, result);
        return new DamagedFileException(segments.get(at).path(),
                "at byte " + result.goodBytes() + ", offset " + result.nextOffset() + ", "
                        + (fault == null ? "it ends" : fault) + ", but all up to offset " + recoveryPoint
                        + " was on the disk");
    }

    /**
     * Also takes blocks away that were allocated for appends to come. All but the last segment are forced, which is
     * what the crash may have kept from being done; the last one is forced when it is sealed.
     */
    private static void cut(SegmentFile segment, SegmentScan.Result result, boolean isLast)
            throws IOException {
        if (result.goodBytes() < segment.sizeInBytes() || !isLast) {
            if (result.goodBytes() < segment.sizeInBytes()) {
                SharedFile.own(segment.path());
            }
            try (var channel = FileChannel.open(segment.path(), StandardOpenOption.WRITE)) {
                channel.truncate(result.goodBytes());
                if (!isLast) {
                    channel.force(true);
                }
            }
        }
    }

    private void removeFrom(int first) throws IOException {
        for (var segment : segments.subList(first, segments.size())) {
            LOG.warn("Removed {}, which lies behind a cut: {} bytes", segment.path(), segment.sizeInBytes());
            LogFolder.deleteSegment(folder, segment.baseOffset());
        }
    }

    private LogContents finish(long startOffset) throws IOException {
        long firstOffset = Math.max(startOffset, segments.get(0).baseOffset());
        if (firstOffset > endOffset) {
            LOG.warn("{} ends at offset {}, below its start {}: it begins there anew", folder, endOffset,
                    firstOffset);
            removeFrom(0);
            good.clear();
            good.add(LogFolder.createSegment(folder, firstOffset));
            endOffset = firstOffset;
        }
        SnapshotFiles.removeAbove(folder, endOffset);
        writeSnapshot();
        var last = good.get(good.size() - 1);
        boolean isOnDisk = endOffset <= recoveryPoint;
        long safeOffset = isOnDisk ? endOffset : Math.max(recoveryPoint, last.baseOffset());
        var reopened = LogFolder.reopen(good, endOffset, isOnDisk);
        return new LogContents(reopened, firstOffset, safeOffset, producers, epochs);
    }

    /** So that the next recovery reads less. */
    private void writeSnapshot() {
        try {
            producers.capture(endOffset).write(folder);
        } catch (IOException e) {
            LOG.warn("{} has no snapshot of its producers at its end: {}", folder, e.getMessage());
        }
    }
}
