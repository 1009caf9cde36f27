package io.millrace.broker.log;

import io.millrace.broker.log.cleaner.SegmentSwap;
import io.millrace.broker.log.file.DamagedFileException;
import io.millrace.broker.log.file.DurableFile;
import io.millrace.broker.log.file.LogFiles;
import io.millrace.broker.log.producer.ProducerState;
import io.millrace.broker.log.producer.SnapshotFiles;
import io.millrace.broker.log.segment.Segment;
import io.millrace.broker.log.segment.SegmentFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** One partition's folder while nobody owns it: what is in it, and loading that. Stateless; every call blocks. */
final class LogFolder {
    private static final List<String> INDEX_SUFFIXES = List.of(LogFiles.OFFSET_INDEX, LogFiles.TIME_INDEX,
            LogFiles.TRANSACTION_INDEX, LogFiles.ABORTED);

    private LogFolder() {}

    /** Loads a log that was closed in order, without reading segments; recovers it if something does not fit. */
    static LogContents load(Path folder, long recoveryPoint, long startOffset, int indexIntervalBytes)
            throws IOException {
        var segments = segments(folder, startOffset);
        long firstOffset = Math.max(startOffset, segments.get(0).baseOffset());
        var last = segments.get(segments.size() - 1);
        boolean fits = last.sizeInBytes() == 0
                ? last.baseOffset() == recoveryPoint
                : last.baseOffset() < recoveryPoint;
        var snapshot = SnapshotFiles.at(folder, recoveryPoint);
        if (fits && firstOffset <= recoveryPoint && snapshot.isPresent()) {
            var producers = new ProducerState();
            producers.restore(snapshot.get());
            try {
                return new LogContents(reopen(segments, recoveryPoint, true), firstOffset, recoveryPoint,
                        producers,
                        EpochHistory.read(folder));
            } catch (DamagedFileException e) {
                return recover(folder, recoveryPoint, startOffset, indexIntervalBytes);
            }
        }
        return recover(folder, recoveryPoint, startOffset, indexIntervalBytes);
    }

    /** Loads a log that was not closed in order. */
    static LogContents recover(Path folder, long recoveryPoint, long startOffset, int indexIntervalBytes)
            throws IOException {
        var segments = segments(folder, startOffset);
        return new LogRecovery(folder, segments, recoveryPoint, indexIntervalBytes).run(startOffset);
    }

    /**
     * The segments in a folder, oldest first; an empty one is made if there is none. Leftovers are removed, also segments
     * below the log start whose deletion a crash prevented.
     */
    private static List<SegmentFile> segments(Path folder, long startOffset) throws IOException {
        SegmentSwap.recover(folder);
        var segments = new ArrayList<SegmentFile>();
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                long baseOffset = LogFiles.offsetOf(file, LogFiles.LOG);
                if (baseOffset >= 0) {
                    segments.add(new SegmentFile(folder, baseOffset, sizeOf(file)));
                } else if (file.toString().endsWith(DurableFile.FRESH_SUFFIX)) {
                    Files.delete(file);
                }
            }
        }
        if (segments.isEmpty()) {
            segments.add(createSegment(folder, startOffset));
        }
        segments.sort(Comparator.comparingLong(SegmentFile::baseOffset));
        while (segments.size() > 1 && segments.get(1).baseOffset() <= startOffset) {
            deleteSegment(folder, segments.remove(0).baseOffset());
        }
        return segments;
    }

    /** Each ends where the next begins, the last one where the log ends; all but perhaps that one are on disk. */
    static List<Segment> reopen(List<SegmentFile> files, long endOffset, boolean isLastOnDisk) {
        var segments = new ArrayList<Segment>(files.size());
        for (int i = 0; i < files.size(); i++) {
            boolean isLast = i == files.size() - 1;
            long nextOffset = isLast ? endOffset : files.get(i + 1).baseOffset();
            long mostOffset = files.get(i).baseOffset() + Integer.MAX_VALUE + 1L; // a gap may follow
            segments.add(files.get(i).reopen(Math.min(nextOffset, mostOffset), !isLast || isLastOnDisk));
        }
        return segments;
    }

    /** Whether no byte was ever written to a segment here. */
    static boolean isEmpty(Path folder) throws IOException {
        try (var files = Files.newDirectoryStream(folder, "*" + LogFiles.LOG)) {
            for (var file : files) {
                if (Files.size(file) > 0) {
                    return false;
                }
            }
        }
        return true;
    }

    private static int sizeOf(Path file) throws IOException {
        long sizeInBytes = Files.size(file);
        if (sizeInBytes > Integer.MAX_VALUE) {
            throw new DamagedFileException(file,
                    "it is longer than a segment can be: " + sizeInBytes + " bytes");
        }
        return (int) sizeInBytes;
    }

    /** An empty segment. */
    static SegmentFile createSegment(Path folder, long baseOffset) throws IOException {
        Files.createFile(folder.resolve(LogFiles.name(baseOffset, LogFiles.LOG)));
        return new SegmentFile(folder, baseOffset, 0);
    }

    /** Removes a segment and its indexes. */
    static void deleteSegment(Path folder, long baseOffset) throws IOException {
        Files.deleteIfExists(folder.resolve(LogFiles.name(baseOffset, LogFiles.LOG)));
        deleteIndexes(folder, baseOffset);
    }

    static void deleteIndexes(Path folder, long baseOffset) throws IOException {
        for (var suffix : INDEX_SUFFIXES) {
            Files.deleteIfExists(folder.resolve(LogFiles.name(baseOffset, suffix)));
        }
    }
}
