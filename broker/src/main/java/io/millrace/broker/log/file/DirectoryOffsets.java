package io.millrace.broker.log.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recovery points, log starts, high watermarks and ends of compaction of all logs in a directory, as last known, for its
 * checkpoint files. Any thread notes offsets; storage threads read and write, one at a time.
 */
public final class DirectoryOffsets {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryOffsets.class);

    private final Path directory;
    private final Map<PartitionName, Long> recoveryPoints;
    private final Map<PartitionName, Long> logStarts;
    private final Map<PartitionName, Long> cleaned;
    private final Map<PartitionName, Long> highWatermarks;
    private final Set<PartitionName> stillWritten = ConcurrentHashMap.newKeySet();

    /** Reads the files; one that is damaged costs a full recovery or compaction, or brings deleted records back for a while. */
    public DirectoryOffsets(Path directory) throws IOException {
        this.directory = directory;
        recoveryPoints = read(OffsetCheckpoint.RECOVERY_POINTS);
        logStarts = read(OffsetCheckpoint.LOG_STARTS);
        cleaned = read(OffsetCheckpoint.CLEANED);
        highWatermarks = read(OffsetCheckpoint.HIGH_WATERMARKS);
    }

    private Map<PartitionName, Long> read(OffsetCheckpoint checkpoint) throws IOException {
        try {
            return new ConcurrentHashMap<>(checkpoint.read(directory));
        } catch (DamagedFileException e) {
            LOG.warn("{}; logs go on without it", e.getMessage());
            return new ConcurrentHashMap<>();
        }
    }

    public long recoveryPoint(PartitionName name) {
        return recoveryPoints.getOrDefault(name, 0L);
    }

    public long logStart(PartitionName name) {
        return logStarts.getOrDefault(name, 0L);
    }

    /** Up to here all in-sync replicas had the log, when that was last written down. */
    public long highWatermark(PartitionName name) {
        return highWatermarks.getOrDefault(name, 0L);
    }

    public void noteHighWatermark(PartitionName name, long offset) {
        highWatermarks.put(name, offset);
    }

    public void lowerRecoveryPoint(PartitionName name, long offset) {
        recoveryPoints.computeIfPresent(name, (key, old) -> Math.min(old, offset));
    }

    public void note(PartitionName name, long recoveryPoint, long logStart) {
        recoveryPoints.put(name, recoveryPoint);
        if (logStart > 0) {
            logStarts.put(name, logStart);
        }
    }

    public void forget(PartitionName name) {
        for (var known : List.of(recoveryPoints, logStarts, cleaned, highWatermarks)) {
            if (known.remove(name) != null) {
                stillWritten.add(name);
            }
        }
    }

    /** Whether a log that is forgotten may be in the files yet. */
    public boolean isStillWritten(PartitionName name) {
        return stillWritten.contains(name);
    }

    /** Up to where a log was compacted, or -1. */
    public long cleanedTo(PartitionName name) {
        return cleaned.getOrDefault(name, -1L);
    }

    public void noteCleaned(PartitionName name, long offset) {
        cleaned.put(name, offset);
    }

    /** Whether it was above. */
    public boolean lowerCleaned(PartitionName name, long offset) {
        boolean isAbove = cleanedTo(name) > offset;
        if (isAbove) {
            noteCleaned(name, offset);
        }
        return isAbove;
    }

    public void writeCleaned() throws IOException {
        OffsetCheckpoint.CLEANED.write(directory, new HashMap<>(cleaned));
    }

    /** Log starts first: a log that starts too low is trimmed again, one that ends too low is damaged. */
    public void write() throws IOException {
        var gone = Set.copyOf(stillWritten);
        OffsetCheckpoint.LOG_STARTS.write(directory, new HashMap<>(logStarts));
        OffsetCheckpoint.HIGH_WATERMARKS.write(directory, new HashMap<>(highWatermarks));
        OffsetCheckpoint.RECOVERY_POINTS.write(directory, new HashMap<>(recoveryPoints));
        if (!gone.isEmpty()) {
            writeCleaned();
            stillWritten.removeAll(gone);
        }
    }
}
