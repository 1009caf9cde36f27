package io.millrace.producer.send;

import io.millrace.protocol.record.RecordBatch;

/** The producer id and epoch under which a partition's sequence of batches runs (KIP-98). */
public record Identity(long producerId, short epoch) {
    static final Identity NONE = new Identity(RecordBatch.NO_PRODUCER_ID, RecordBatch.NO_PRODUCER_EPOCH);

    boolean hasNext() {
        return epoch < Short.MAX_VALUE;
    }

    /** The same id, under which sequences begin at 0 again: what is left of the old epoch is refused (KIP-360). */
    Identity next() {
        return new Identity(producerId, (short) (epoch + 1));
    }
}
