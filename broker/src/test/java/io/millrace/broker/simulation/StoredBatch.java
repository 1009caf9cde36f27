package io.millrace.broker.simulation;

import io.millrace.protocol.record.RecordBatch;

/** A batch in some log, as far as two logs may differ in it. */
record StoredBatch(long base, long last, int epoch, int crc, long producerId, int sequence) {

    static StoredBatch of(RecordBatch batch) {
        return new StoredBatch(batch.baseOffset(), batch.lastOffset(), batch.partitionLeaderEpoch(),
                batch.crc(),
                batch.producerId(), batch.baseSequence());
    }
}
