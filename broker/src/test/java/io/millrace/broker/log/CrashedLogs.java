package io.millrace.broker.log;

import io.millrace.broker.log.file.LogFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.random.RandomGenerator;

/** What becomes of open logs when their process ends all at once, or their machine loses power. Stateless. */
public final class CrashedLogs {
    private static final int LENGTH_AT = 8;
    private static final int PREFIX_BYTES = 12;

    private CrashedLogs() {}

    /** The process is gone: mappings go, files stay as they are. */
    public static void abandon(Collection<LogDirectory> directories) throws IOException {
        for (var directory : directories) {
            directory.disk().fail(new IOException("the process ended"));
            for (var log : directory.logs()) {
                for (var segment : log.segments()) {
                    var mapping = segment.detach();
                    if (mapping != null) {
                        mapping.release();
                    }
                }
            }
            directory.close();
        }
    }

    /** Of what was not forced, some last batches are lost. */
    public static void losePower(PartitionLog log, RandomGenerator random) throws IOException {
        long forced = Math.max(log.flush().forcedOffset(), log.recoveryPoint());
        var unforced = new ArrayList<Long>();
        for (var segment : log.segments()) {
            positions(segment.file(), segment.sizeInBytes(), (offset, position) -> {
                if (offset >= forced) {
                    unforced.add(offset);
                }
            });
        }
        if (unforced.isEmpty()) {
            return;
        }
        long cut = unforced.get(random.nextInt(unforced.size()));
        for (var segment : log.segments()) {
            clear(segment.file(), segment.sizeInBytes(), cut);
        }
    }

    private interface BatchAt {
        void at(long offset, int position) throws IOException;
    }

    private static void positions(Path file, int size, BatchAt seen) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        try (var bytes = new RandomAccessFile(file.toFile(), "r")) {
            for (int at = 0; at + PREFIX_BYTES <= Math.min(size, bytes.length());) {
                bytes.seek(at);
                long offset = bytes.readLong();
                bytes.seek(at + LENGTH_AT);
                int length = bytes.readInt();
                seen.at(offset, at);
                at += PREFIX_BYTES + length;
            }
        }
    }

    private static void clear(Path file, int size, long cut) throws IOException {
        var from = new int[] {-1};
        positions(file, size, (offset, position) -> {
            if (offset >= cut && from[0] < 0) {
                from[0] = position;
            }
        });
        if (from[0] >= 0) {
            try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
                bytes.setLength(from[0]);
            }
            var base = LogFiles.offsetOf(file, LogFiles.LOG);
            if (from[0] == 0 && base >= cut && base > 0) {
                Files.delete(file);
            }
        }
    }
}
