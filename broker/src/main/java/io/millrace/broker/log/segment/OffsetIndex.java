package io.millrace.broker.log.segment;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Where in a segment some of its offsets lie. The log's owner appends; any thread looks up what is published.
 * <pre>
 *   entry of .index, big-endian:  | last offset of a batch, relative to the segment 4 | its position 4 |
 * </pre>
 */
final class OffsetIndex {
    static final int ENTRY_BYTES = 8;
    static final long NO_ENTRY = -1;

    private static final int FIRST_CAPACITY = 16;
    private static final long[] NONE = {};

    /** Relative offset in the upper half, position in the lower: both rise, so the whole number rises. */
    private volatile long[] entries = NONE;
    private volatile int count;

    void append(int relativeOffset, int position) {
        int at = count;
        var room = entries;
        if (at == room.length) {
            room = Arrays.copyOf(room, Math.max(FIRST_CAPACITY, at * 2));
            entries = room;
        }
        room[at] = (long) relativeOffset << 32 | position;
        count = at + 1;
    }

    /** Every so many entries, and the last one, in an index of its own. */
    OffsetIndex sample(int step) {
        var sample = new OffsetIndex();
        for (int i = 0; i < count; i++) {
            if (i % step == 0 || i == count - 1) {
                sample.append((int) (entries[i] >>> 32), (int) entries[i]);
            }
        }
        return sample;
    }

    /** The last entry, or {@link #NO_ENTRY}. */
    long last() {
        int at = count;
        return at == 0 ? NO_ENTRY : entries[at - 1];
    }

    int count() {
        return count;
    }

    /** Where the batch of an entry begins; 0 for no entry. */
    static int positionOf(long entry) {
        return entry == NO_ENTRY ? 0 : (int) entry;
    }

    /** Whether an entry is right about the batch at its position, which ends with this offset. */
    static boolean fits(long entry, long relativeLastOffset) {
        return entry >>> 32 == relativeLastOffset;
    }

    /** The last entry at or before an offset, or {@link #NO_ENTRY}. Nobody can tell yet whether it is right. */
    long entryBefore(long relativeOffset) {
        int published = count;
        var now = entries;
        int low = 0;
        int high = Math.min(published, now.length);
        while (low < high) {
            int middle = low + high >>> 1;
            if (now[middle] >>> 32 <= relativeOffset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? NO_ENTRY : now[low - 1];
    }

    /** The last entry up to a position whose offset lies before another, or {@link #NO_ENTRY}. */
    long entryBefore(int position, long relativeOffset) {
        int published = count;
        var now = entries;
        int low = 0;
        int high = Math.min(published, now.length);
        while (low < high) {
            int middle = low + high >>> 1;
            if ((int) now[middle] <= position && now[middle] >>> 32 < relativeOffset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == 0 ? NO_ENTRY : now[low - 1];
    }

    /** Forgets entries of offsets at or after this one; readers keep the array they hold. */
    void truncateTo(long relativeOffset) {
        var now = entries;
        int kept = count;
        while (kept > 0 && now[kept - 1] >>> 32 >= relativeOffset) {
            kept--;
        }
        count = kept;
        entries = Arrays.copyOf(now, kept);
    }

    ByteBuffer encode() {
        var bytes = ByteBuffer.allocate(count * ENTRY_BYTES);
        bytes.asLongBuffer().put(entries, 0, count);
        return bytes;
    }

    /** An index of these bytes; null if entries do not rise or point outside the segment. */
    static OffsetIndex decode(ByteBuffer bytes, int segmentBytes) {
        if (bytes.remaining() % ENTRY_BYTES != 0) {
            return null;
        }
        var index = new OffsetIndex();
        index.entries = new long[bytes.remaining() / ENTRY_BYTES];
        bytes.asLongBuffer().get(index.entries);
        int lastOffset = -1;
        int lastPosition = -1;
        for (long entry : index.entries) {
            int offset = (int) (entry >>> 32);
            int position = (int) entry;
            if (offset <= lastOffset || position <= lastPosition || position >= segmentBytes) {
                return null;
            }
            lastOffset = offset;
            lastPosition = position;
        }
        index.count = index.entries.length;
        return index;
    }
}
