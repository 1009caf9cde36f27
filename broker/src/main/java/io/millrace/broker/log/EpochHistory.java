package io.millrace.broker.log;

import io.millrace.broker.log.file.CheckpointFile;
import io.millrace.broker.log.file.DamagedFileException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Where each leader epoch of one partition starts (KIP-101): epochs and offsets both rise.
 * The partition's owner changes it; any thread may read, and sees one whole state.
 */
public final class EpochHistory {
    public static final int NO_EPOCH = -1;
    public static final long NO_OFFSET = -1;
    static final String FILE_NAME = "leader-epoch-checkpoint";

    /** The first offset that was written under a leader epoch. */
    public record Start(int epoch, long offset) {}

    /** The largest epoch at or below the one asked for, and the offset after its last record. */
    public record End(int epoch, long offset) {}

    private static final End UNKNOWN = new End(NO_EPOCH, NO_OFFSET);

    private volatile Start[] starts;
    private volatile Start[] written;

    public EpochHistory() {
        this(new Start[0]);
    }

    private EpochHistory(Start[] starts) {
        this.starts = starts;
        this.written = starts;
    }

    /** The history that a partition's folder holds; {@link DamagedFileException} if it makes no sense. Blocks. */
    public static EpochHistory read(Path folder) throws IOException {
        var file = folder.resolve(FILE_NAME);
        var starts = CheckpointFile.read(file, 2,
                words -> new Start(Integer.parseInt(words[0]), Long.parseLong(words[1])));
        var last = new Start(NO_EPOCH, NO_OFFSET);
        for (var start : starts) {
            if (start.epoch <= last.epoch || start.offset <= last.offset) {
                throw new DamagedFileException(file, "epoch " + start.epoch + " does not rise");
            }
            last = start;
        }
        return new EpochHistory(starts.toArray(Start[]::new));
    }

    /** Writes the history durably if it changed since it was last written or read. Blocks; one writer at a time. */
    void write(Path folder) throws IOException {
        var now = starts;
        if (!Arrays.equals(now, written)) {
            var lines = Arrays.stream(now).map(start -> start.epoch + " " + start.offset).toList();
            CheckpointFile.write(folder.resolve(FILE_NAME), lines);
            written = now;
        }
    }

    /** Starts an epoch. Later epochs, and those that start at or after this offset, were never committed: they go. */
    public void assign(int epoch, long startOffset) {
        if (epoch < 0 || startOffset < 0) {
            throw new IllegalArgumentException("epoch " + epoch + " cannot start at offset " + startOffset);
        }
        var now = starts;
        if (now.length > 0 && now[now.length - 1].epoch == epoch
                && now[now.length - 1].offset <= startOffset) {
            return;
        }
        int kept = now.length;
        while (kept > 0 && (now[kept - 1].epoch >= epoch || now[kept - 1].offset >= startOffset)) {
            kept--;
        }
        var next = Arrays.copyOf(now, kept + 1);
        next[kept] = new Start(epoch, startOffset);
        starts = next;
    }

    /** The newest epoch, or {@link #NO_EPOCH}. */
    public int latestEpoch() {
        var now = starts;
        return now.length == 0 ? NO_EPOCH : now[now.length - 1].epoch;
    }

    /** The epoch under which this offset was or would be written, or {@link #NO_EPOCH}. */
    public int epochAt(long offset) {
        var now = starts;
        for (int i = now.length - 1; i >= 0; i--) {
            if (now[i].offset <= offset) {
                return now[i].epoch;
            }
        }
        return NO_EPOCH;
    }

    /**
     * Where an epoch ends in this log, for OffsetForLeaderEpoch and for followers that look where histories part.
     * An epoch above all of ours is unknown: -1, -1. One below all of ours ended where our first one starts.
     */
    public End endOf(int epoch, long logEndOffset) {
        var now = starts;
        if (epoch < 0 || now.length == 0 || epoch > now[now.length - 1].epoch) {
            return UNKNOWN;
        }
        long endOffset = logEndOffset;
        for (int i = now.length - 1; i >= 0; i--) {
            if (now[i].epoch <= epoch) {
                return new End(now[i].epoch, endOffset);
            }
            endOffset = now[i].offset;
        }
        return new End(epoch, endOffset);
    }

    /** Forgets epochs that start at or after a log end to which the log was cut. */
    public void truncateTo(long endOffset) {
        var now = starts;
        int kept = now.length;
        while (kept > 0 && now[kept - 1].offset >= endOffset) {
            kept--;
        }
        if (kept < now.length) {
            starts = Arrays.copyOf(now, kept);
        }
    }

    /** Forgets epochs that ended before a new log start; the one that spans it starts there now. */
    public void advanceStart(long startOffset) {
        var now = starts;
        int dropped = 0;
        while (dropped < now.length && now[dropped].offset <= startOffset) {
            dropped++;
        }
        if (dropped == 0 || now[dropped - 1].offset == startOffset && dropped == 1) {
            return;
        }
        var next = Arrays.copyOfRange(now, dropped - 1, now.length);
        next[0] = new Start(next[0].epoch, startOffset);
        starts = next;
    }

    /** The same history, for a folder that may hold another one. */
    EpochHistory copy() {
        var copy = new EpochHistory(starts);
        copy.written = null;
        return copy;
    }

    /** All epochs, oldest first. */
    public List<Start> starts() {
        return List.of(starts);
    }
}
