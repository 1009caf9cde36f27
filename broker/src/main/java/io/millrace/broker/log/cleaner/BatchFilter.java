package io.millrace.broker.log.cleaner;

import io.millrace.broker.log.producer.LastBatches;
import io.millrace.broker.log.segment.TransactionIndex;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.record.RecordCursor;

/**
 * Decides what stays of each batch, by Kafka's rules (KIP-280 aside): the newest record of a key; a tombstone and a
 * marker until the time that their batch names (KIP-534); of every producer the last batch, if only its header. One
 * cleaner thread, batches in their order.
 */
final class BatchFilter {
    private final KeyMap newest;
    private final TransactionTrack transactions;
    private final long roundEndOffset;
    private final long nowMs;
    private LastBatches lastBatches;
    private RecordBatch batch;
    private boolean dropsRecords;
    private boolean keepsHeader;
    private boolean isSpentMarker;

    BatchFilter(KeyMap newest, TransactionTrack transactions, long roundEndOffset, long nowMs) {
        this.newest = newest;
        this.transactions = transactions;
        this.roundEndOffset = roundEndOffset;
        this.nowMs = nowMs;
    }

    /** What must stay of producers, from here on. */
    void lastBatches(LastBatches last) {
        lastBatches = last;
    }

    /** Goes to the next batch, whose abort, if it is one and stays, is noted in the index. */
    void enter(RecordBatch next, TransactionIndex kept) {
        batch = next;
        boolean isControl = batch.isControl();
        boolean isNeedless = isControl ? transactions.passControl(batch, kept) : transactions.passData(batch);
        dropsRecords = isNeedless
                && (!isControl || batch.hasDeleteHorizon() && batch.deleteHorizonMs() <= nowMs);
        isSpentMarker = isNeedless && isControl;
        keepsHeader = lastBatches.include(batch) || batch.nextOffset() == roundEndOffset;
    }

    /** Whether no record of the batch stays, whichever they are. */
    boolean dropsRecords() {
        return dropsRecords;
    }

    /** Whether the batch stays even without a record. */
    boolean keepsHeader() {
        return keepsHeader;
    }

    /** Whether the batch is a marker whose transaction is gone, so that it is to go some time later. */
    boolean isSpentMarker() {
        return isSpentMarker;
    }

    /** Whether the cursor's record of the batch stays. */
    boolean keeps(RecordCursor record) {
        if (dropsRecords) {
            return false;
        }
        if (batch.isControl() || record.offset() > newest.latestOffset()) {
            return true;
        }
        if (!record.hasKey()) {
            return false;
        }
        boolean isNewest = record.offset() >= newest.offsetOf(record.buffer(), record.keyIndex(),
                record.keyLength());
        return isNewest
                && (record.hasValue() || !batch.hasDeleteHorizon() || nowMs < batch.deleteHorizonMs());
    }
}
