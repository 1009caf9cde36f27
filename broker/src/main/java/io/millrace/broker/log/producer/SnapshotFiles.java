package io.millrace.broker.log.producer;

import io.millrace.broker.log.file.DamagedFileException;
import io.millrace.broker.log.file.LogFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The producer snapshots in one partition's folder. Stateless; every call blocks. */
public final class SnapshotFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotFiles.class);
    private static final int KEPT_BELOW_RECOVERY_POINT = 2;

    private SnapshotFiles() {}

    /** The newest snapshot at or below an offset that is whole; damaged ones on the way to it are removed. */
    public static Optional<ProducerSnapshot> newestUpTo(Path folder, long offset) throws IOException {
        for (long candidate : offsetsNewestFirst(folder)) {
            var snapshot = candidate <= offset ? at(folder, candidate) : Optional.<ProducerSnapshot>empty();
            if (snapshot.isPresent()) {
                return snapshot;
            }
        }
        return Optional.empty();
    }

    /** The snapshot at an offset, if there is one that is whole; a damaged one is removed. */
    public static Optional<ProducerSnapshot> at(Path folder, long offset) throws IOException {
        var file = folder.resolve(ProducerSnapshot.fileName(offset));
        try {
            return Optional.of(ProducerSnapshot.read(file));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (DamagedFileException e) {
            LOG.warn("{}; an older snapshot serves instead", e.getMessage());
            Files.delete(file);
            return Optional.empty();
        }
    }

    /** Removes snapshots that no recovery from this point on needs. */
    public static void prune(Path folder, long recoveryPoint) throws IOException {
        int kept = 0;
        for (long offset : offsetsNewestFirst(folder)) {
            if (offset <= recoveryPoint && ++kept > KEPT_BELOW_RECOVERY_POINT) {
                Files.deleteIfExists(folder.resolve(ProducerSnapshot.fileName(offset)));
            }
        }
    }

    /** Removes snapshots of offsets above the end of a log. */
    public static void removeAbove(Path folder, long endOffset) throws IOException {
        for (long offset : offsetsNewestFirst(folder)) {
            if (offset > endOffset) {
                Files.deleteIfExists(folder.resolve(ProducerSnapshot.fileName(offset)));
            }
        }
    }

    private static List<Long> offsetsNewestFirst(Path folder) throws IOException {
        var offsets = new ArrayList<Long>();
        try (var files = Files.newDirectoryStream(folder)) {
            for (var file : files) {
                long offset = LogFiles.offsetOf(file, LogFiles.PRODUCER_SNAPSHOT);
                if (offset >= 0) {
                    offsets.add(offset);
                }
            }
        }
        offsets.sort(Comparator.reverseOrder());
        return offsets;
    }
}
