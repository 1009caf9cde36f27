package io.millrace.broker.log.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * How far timestamps have risen up to some offsets. The log's owner appends; any thread looks up.
 * <pre>
 *   entry of .timeindex, big-endian:  | largest timestamp so far 8 | last offset of its batch, relative 4 |
 * </pre>
 */
final class TimeIndex {
    static final int ENTRY_BYTES = 12;

    private static final int FIRST_CAPACITY = 16;

    /** Both arrays have the same length, and a larger pair replaces both. */
    private record Entries(long[] timestampsMs, int[] relativeOffsets) {}

    private static final Entries NONE = new Entries(new long[0], new int[0]);

    private volatile Entries entries = NONE;
    private volatile int count;

    /** Adds an entry if the timestamp rose since the last one. */
    void append(long timestampMs, int relativeOffset) {
        int at = count;
        var room = entries;
        if (timestampMs < 0 || at > 0 && room.timestampsMs[at - 1] >= timestampMs) {
            return;
        }
        if (at == room.timestampsMs.length) {
            int capacity = Math.max(FIRST_CAPACITY, at * 2);
            room = new Entries(Arrays.copyOf(room.timestampsMs, capacity),
                    Arrays.copyOf(room.relativeOffsets, capacity));
            entries = room;
        }
        room.timestampsMs[at] = timestampMs;
        room.relativeOffsets[at] = relativeOffset;
        count = at + 1;
    }

    /** Every so many entries, and the last one, in an index of its own. */
    TimeIndex sample(int step) {
        var sample = new TimeIndex();
        for (int i = 0; i < count; i++) {
            if (i % step == 0 || i == count - 1) {
                sample.append(entries.timestampsMs[i], entries.relativeOffsets[i]);
            }
        }
        return sample;
    }

    int count() {
        return count;
    }

    /** The relative offset of the last entry before a timestamp: all earlier records are older. 0 if none. */
    int relativeOffsetBefore(long timestampMs) {
        int published = count;
        var now = entries;
        int low = 0;
        int high = Math.min(published, now.timestampsMs.length);
        while (low < high) {
            int middle = low + high >>> 1;
            if (now.timestampsMs[middle] < timestampMs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? 0 : now.relativeOffsets[low - 1];
    }

    /** The newest entry's timestamp, or -1. */
    long lastTimestampMs() {
        int at = count;
        return at == 0 ? -1 : entries.timestampsMs[at - 1];
    }

    int lastRelativeOffset() {
        int at = count;
        return at == 0 ? -1 : entries.relativeOffsets[at - 1];
    }

    void truncateTo(long relativeOffset) {
        var now = entries;
        int kept = count;
        while (kept > 0 && now.relativeOffsets[kept - 1] >= relativeOffset) {
            kept--;
        }
        count = kept;
        entries = new Entries(Arrays.copyOf(now.timestampsMs, kept),
                Arrays.copyOf(now.relativeOffsets, kept));
    }

    ByteBuffer encode() {
        var bytes = ByteBuffer.allocate(count * ENTRY_BYTES);
        for (int i = 0; i < count; i++) {
            bytes.putLong(entries.timestampsMs[i]).putInt(entries.relativeOffsets[i]);
        }
        return bytes.flip();
    }

    /** The last entry's timestamp in a file, or -1 if there is no whole entry. Blocks. */
    static long lastTimestampMs(Path file) throws IOException {
        if (!Files.exists(file)) {
            return -1;
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long entries = channel.size() / ENTRY_BYTES;
            var bytes = ByteBuffer.allocate(Long.BYTES);
            if (entries > 0) {
                channel.read(bytes, (entries - 1) * ENTRY_BYTES);
            }
            return bytes.hasRemaining() ? -1 : bytes.getLong(0);
        }
    }

    /** An index of these bytes; null if timestamps or offsets do not rise. */
    static TimeIndex decode(ByteBuffer bytes) {
        int length = bytes.remaining() / ENTRY_BYTES;
        var entries = new Entries(new long[length], new int[length]);
        for (int i = 0; i < length; i++) {
            entries.timestampsMs[i] = bytes.getLong();
            entries.relativeOffsets[i] = bytes.getInt();
            boolean rises = i == 0 || entries.timestampsMs[i] > entries.timestampsMs[i - 1]
                    && entries.relativeOffsets[i] > entries.relativeOffsets[i - 1];
            if (!rises || entries.relativeOffsets[i] < 0) {
                return null;
            }
        }
        var index = new TimeIndex();
        index.entries = entries;
        index.count = length;
        return bytes.hasRemaining() ? null : index;
    }
}
