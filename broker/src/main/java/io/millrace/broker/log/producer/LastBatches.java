package io.millrace.broker.log.producer;

import io.millrace.protocol.record.RecordBatch;
import org.agrona.collections.Long2LongHashMap;

/**
 * The last batch of each producer that a log remembers, which compaction keeps at least as a header, so that sequences
 * and epochs survive. Immutable once it is handed over.
 */
public final class LastBatches {
    private static final long UNKNOWN = Long.MIN_VALUE;

    /** By producer id: the last data batch's last offset, or -1 - epoch if only a marker is there. */
    private final Long2LongHashMap last = new Long2LongHashMap(UNKNOWN);

    void put(long producerId, long lastDataOffset, short epoch) {
        last.put(producerId, lastDataOffset >= 0 ? lastDataOffset : -1L - epoch);
    }

    /** Whether the producer's state would be lost with this batch. */
    public boolean include(RecordBatch batch) {
        if (!batch.hasProducerId()) {
            return false;
        }
        long known = last.get(batch.producerId());
        return known >= 0 ? known == batch.lastOffset()
                : known != UNKNOWN && batch.isControl() && batch.producerEpoch() == -1 - known;
    }
}
