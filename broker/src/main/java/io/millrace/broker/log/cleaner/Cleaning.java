package io.millrace.broker.log.cleaner;

import io.millrace.broker.log.segment.Segment;
import io.millrace.broker.log.segment.SegmentFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;

/** One cleaning of one log, from its dirty part's keys to the last segment swapped. One cleaner thread; blocks. */
final class Cleaning {
    /** What a cleaning did. */
    record Result(long endOffset, long bytesBefore, long bytesAfter, long recordsRead, long recordsKept,
            int keyCount,
            int keyMapBytes) {

        @Override
        public String toString() {
            return "up to offset " + endOffset + ": " + recordsKept + " of " + recordsRead + " records and "
                    + bytesAfter + " of " + bytesBefore + " bytes are left, for " + keyCount + " new keys in "
                    + keyMapBytes + " bytes";
        }
    }

    private final CleanableLog log;
    private final Dirtiness dirtiness;
    private final CleanerSettings settings;
    private final CleaningPace pace;
    private final long nowMs;
    private final SegmentSwap.Observer observer;
    private long bytesBefore;
    private long bytesAfter;

    Cleaning(CleanableLog log, Dirtiness dirtiness, CleanerSettings settings, CleaningPace pace, long nowMs,
            SegmentSwap.Observer observer) {
        this.log = log;
        this.dirtiness = dirtiness;
        this.settings = settings;
        this.pace = pace;
        this.nowMs = nowMs;
        this.observer = observer;
    }

    /** Cleans, as far as the keys fit into the map; {@link CleaningStoppedException} if the log is claimed for else. */
    Result run() throws IOException {
        long firstDirty = dirtiness.firstDirtyOffset();
        long firstUncleanable = dirtiness.firstUncleanableOffset();
        try (var newest = new KeyMap(settings.keyMapBytes(), settings.keyMapLoad(),
                firstUncleanable - firstDirty)) {
            new KeyScan(log, pace, newest, firstDirty).run(between(firstDirty, firstUncleanable));
            long endOffset = newest.latestOffset() + 1;
            var transactions = new TransactionTrack();
            var filter = new BatchFilter(newest, transactions, firstUncleanable, nowMs);
            try (var rewrite = new GroupRewrite(log, pace, transactions, filter, nowMs)) {
                for (var group : SegmentGroups.of(between(0, endOffset), log.settings())) {
                    clean(group, rewrite);
                }
                log.cleanedTo(endOffset);
                return new Result(endOffset, bytesBefore, bytesAfter, rewrite.recordsRead(),
                        rewrite.recordsKept(), newest.keyCount(), newest.sizeInBytes());
            }
        }
    }

    /** The sealed segments that hold any of these offsets. */
    private List<Segment> between(long fromOffset, long endOffset) {
        return log.segments().stream()
                .filter(segment -> segment.endOffset() > fromOffset && segment.baseOffset() < endOffset
                        && segment.endOffset() <= dirtiness.firstUncleanableOffset())
                .toList();
    }

    private void clean(List<Segment> group, GroupRewrite rewrite) throws IOException {
        long baseOffset = group.get(0).baseOffset();
        int sizeInBytes;
        try {
            sizeInBytes = write(group, rewrite);
            if (sizeInBytes >= 0 && !log.beginSwap(group).join()) {
                throw new CleaningStoppedException(
                        "segments of " + log.folder() + " went while they were cleaned");
            }
        } catch (IOException | RuntimeException e) {
            SegmentSwap.discard(log.folder(), baseOffset);
            throw e;
        }
        group.forEach(segment -> bytesBefore += segment.sizeInBytes());
        if (sizeInBytes < 0) {
            bytesAfter += group.get(0).sizeInBytes();
            SegmentSwap.discard(log.folder(), baseOffset);
        } else {
            bytesAfter += sizeInBytes;
            commit(group);
            swap(group, sizeInBytes);
        }
    }

    /** The size of what was written; -1 if it is the same as before. */
    private int write(List<Segment> group, GroupRewrite rewrite) throws IOException {
        var modified = Files.getLastModifiedTime(group.get(group.size() - 1).file());
        try (var into = new CleanedSegment(log.folder(), group.get(0).baseOffset(), settings.bufferBytes(),
                log.settings().indexIntervalBytes(), log.disk())) {
            observer.changed("created");
            if (!rewrite.run(group, into)) {
                return -1;
            }
            observer.changed("rewritten");
            into.finish(modified);
            observer.changed("finished");
            return into.sizeInBytes();
        }
    }

    /** From here on nobody opens the old files, and a crash no longer undoes the swap. */
    private void commit(List<Segment> group) throws IOException {
        long baseOffset = group.get(0).baseOffset();
        group.forEach(Segment::retire);
        try {
            SegmentSwap.commit(log.folder(), group);
        } catch (IOException e) {
            log.disk().report(e);
            SegmentSwap.withdraw(log.folder(), baseOffset);
            SegmentSwap.discard(log.folder(), baseOffset);
            group.forEach(Segment::unretire);
            log.endSwap(group, null).join();
            throw e;
        }
        observer.changed("committed");
    }

    /** If it fails the folder is in between until the next start, which gets it done. */
    private void swap(List<Segment> group, int sizeInBytes) {
        long baseOffset = group.get(0).baseOffset();
        long endOffset = group.get(group.size() - 1).endOffset();
        try {
            SegmentSwap.complete(log.folder(), baseOffset, observer);
        } catch (IOException e) {
            log.disk().report(e);
            group.forEach(Segment::fail);
            throw new UncheckedIOException("segments were cleaned but could not be put in place", e);
        }
        var fresh = new SegmentFile(log.folder(), baseOffset, sizeInBytes).reopen(endOffset, true);
        log.endSwap(group, fresh).join();
    }
}
