package io.millrace.broker.log.producer;

import org.agrona.collections.LongArrayList;

/**
 * Where the transactions of one log begin whose end is not yet on every in-sync replica, by first offset. Owned by
 * {@link ProducerState}.
 */
final class OpenTransactions {
    static final long NONE = -1;

    private final LongArrayList firstOffsets = new LongArrayList();
    /** For each the offset of its marker, {@link #NONE} while it is open. */
    private final LongArrayList markers = new LongArrayList();

    void begin(long firstOffset) {
        int at = firstOffsets.size();
        while (at > 0 && firstOffsets.getLong(at - 1) > firstOffset) {
            at--;
        }
        firstOffsets.addLong(at, firstOffset);
        markers.addLong(at, NONE);
    }

    void end(long firstOffset, long markerOffset) {
        int at = firstOffsets.indexOf(firstOffset);
        if (at >= 0) {
            markers.setLong(at, markerOffset);
        }
    }

    /** Where the first transaction begins that has no marker, or else {@code ifNone}. */
    long firstOpen(long ifNone) {
        int at = markers.indexOf(NONE);
        return at < 0 ? ifNone : firstOffsets.getLong(at);
    }

    /** Forgets those whose markers lie below the high watermark; answers where the first one left begins. */
    long firstUnstable(long highWatermark, long ifNone) {
        for (int at = markers.size() - 1; at >= 0; at--) {
            if (markers.getLong(at) != NONE && markers.getLong(at) < highWatermark) {
                markers.removeAt(at);
                firstOffsets.removeAt(at);
            }
        }
        return firstOffsets.isEmpty() ? ifNone : firstOffsets.getLong(0);
    }

    void clear() {
        firstOffsets.clear();
        markers.clear();
    }
}
