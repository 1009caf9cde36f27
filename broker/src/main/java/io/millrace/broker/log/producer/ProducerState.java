package io.millrace.broker.log.producer;

import io.millrace.broker.log.segment.AbortedTransaction;
import io.millrace.protocol.record.EndMarker;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * What one partition remembers of its idempotent producers: epoch, last five batches and open transaction (KIP-98).
 * The partition's owner calls everything; checking and recording a known producer's batch allocates nothing.
 */
public final class ProducerState {
    private final Long2ObjectHashMap<ProducerWindow> windows = new Long2ObjectHashMap<>();
    private final OpenTransactions transactions = new OpenTransactions();
    private long duplicateBaseOffset = -1;
    private long duplicateTimestampMs = RecordBatch.NO_TIMESTAMP;

    /**
     * Whether a producer's batch may be appended: NONE; DUPLICATE_SEQUENCE_NUMBER for a repeat, which is answered as
     * a success with the first append's {@link #duplicateBaseOffset} and {@link #duplicateTimestampMs};
     * OUT_OF_ORDER_SEQUENCE_NUMBER, INVALID_PRODUCER_EPOCH or INVALID_RECORD otherwise.
     */
    public ErrorCode check(RecordBatch batch) {
        long producerId = batch.producerId();
        if (producerId < 0) {
            return ErrorCode.NONE;
        }
        short epoch = batch.producerEpoch();
        int firstSequence = batch.baseSequence();
        if (epoch < 0 || firstSequence < 0 || batch.lastOffsetDelta() < 0) {
            return ErrorCode.INVALID_RECORD;
        }
        var window = windows.get(producerId);
        if (window == null || window.epoch() < 0) {
            return ErrorCode.NONE;
        }
        if (epoch < window.epoch()) {
            return ErrorCode.INVALID_PRODUCER_EPOCH;
        }
        if (epoch > window.epoch()) {
            return firstSequence == 0 ? ErrorCode.NONE : ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER;
        }
        int slot = window.slotOf(firstSequence, batch.lastOffsetDelta());
        if (slot >= 0) {
            duplicateBaseOffset = window.baseOffset(slot);
            duplicateTimestampMs = window.timestampMs(slot);
            return ErrorCode.DUPLICATE_SEQUENCE_NUMBER;
        }
        return firstSequence == window.nextSequence()
                ? ErrorCode.NONE
                : ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER;
    }

    /** Base offset of the first append of the batch that {@link #check} last found to be a duplicate. */
    public long duplicateBaseOffset() {
        return duplicateBaseOffset;
    }

    /** Largest timestamp of the batch that {@link #check} last found to be a duplicate. */
    public long duplicateTimestampMs() {
        return duplicateTimestampMs;
    }

    /**
     * Records an appended batch, unchecked; its base offset is given since the buffer may still hold the client's.
     * Answers the transaction that it aborts, for the segment's index, or null.
     */
    public AbortedTransaction update(RecordBatch batch, long baseOffset) {
        long producerId = batch.producerId();
        if (producerId < 0) {
            return null;
        }
        var window = windowOf(producerId);
        window.enter(batch.producerEpoch());
        if (batch.isControl()) {
            return end(window, batch, baseOffset + batch.lastOffsetDelta());
        }
        int delta = batch.lastOffsetDelta();
        window.add(RecordBatch.sequencePlus(batch.baseSequence(), delta), baseOffset + delta, delta,
                batch.maxTimestamp());
        if (batch.isTransactional() && window.transactionStart() == OpenTransactions.NONE) {
            window.transactionStart(baseOffset);
            transactions.begin(baseOffset);
        }
        return null;
    }

    private AbortedTransaction end(ProducerWindow window, RecordBatch batch, long markerOffset) {
        var marker = EndMarker.read(batch);
        if (marker == null) {
            return null;
        }
        long firstOffset = window.transactionStart();
        window.coordinatorEpoch(marker.coordinatorEpoch());
        if (firstOffset == OpenTransactions.NONE) {
            return null;
        }
        window.transactionStart(OpenTransactions.NONE);
        transactions.end(firstOffset, markerOffset);
        return marker.isCommit() ? null
                : new AbortedTransaction(batch.producerId(), firstOffset, markerOffset,
                        transactions.firstOpen(markerOffset + 1));
    }

    /** Where records begin whose transaction is not decided on every in-sync replica; at most the high watermark. */
    public long lastStableOffset(long highWatermark) {
        return Math.min(highWatermark, transactions.firstUnstable(highWatermark, highWatermark));
    }

    /** What compaction must leave of each producer, as of now. */
    public LastBatches lastBatches() {
        var last = new LastBatches();
        windows.forEachLong(
                (producerId, window) -> last.put(producerId, window.lastOffset(), window.epoch()));
        return last;
    }

    /** Forgets producers that appended nothing for so long; called every few minutes, it sees idleness only then. */
    public void expire(long nowMs, long expirationMs) {
        windows.values().removeIf(window -> window.transactionStart() == OpenTransactions.NONE
                && window.idleMs(nowMs) >= expirationMs);
    }

    /** The state as it stands, to be written for a log that ends at this offset. */
    public ProducerSnapshot capture(long offset) {
        var batches = new ArrayList<ProducerSnapshot.Batch>(windows.size());
        windows.forEachLong((producerId, window) -> window.capture(producerId, batches));
        return new ProducerSnapshot(offset, batches);
    }

    /** Adds what a snapshot remembers; on an empty state this makes the captured one. */
    public void restore(ProducerSnapshot snapshot) {
        for (var batch : snapshot.batches()) {
            var window = windowOf(batch.producerId());
            window.enter(batch.epoch());
            if (batch.lastOffset() >= 0) {
                window.add(batch.lastSequence(), batch.lastOffset(), batch.offsetDelta(),
                        batch.timestampMs());
            }
            window.coordinatorEpoch(batch.coordinatorEpoch());
            if (batch.transactionStart() != window.transactionStart()) {
                window.transactionStart(batch.transactionStart());
                transactions.begin(batch.transactionStart());
            }
        }
    }

    public void clear() {
        windows.clear();
        transactions.clear();
    }

    /** How many producers are remembered. */
    public int size() {
        return windows.size();
    }

    private ProducerWindow windowOf(long producerId) {
        var window = windows.get(producerId);
        if (window == null) {
            window = new ProducerWindow();
            windows.put(producerId, window);
        }
        return window;
    }
}
