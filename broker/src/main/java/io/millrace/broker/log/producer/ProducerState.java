package io.millrace.broker.log.producer;

import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * What one partition remembers of its idempotent producers: epoch and last five batches of each (KIP-98).
 * The partition's owner calls everything; checking and recording a known producer's batch allocates nothing.
 */
public final class ProducerState {
    private final Long2ObjectHashMap<ProducerWindow> windows = new Long2ObjectHashMap<>();
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

    /** Records an appended batch, unchecked; its base offset is given since the buffer may still hold the client's. */
    public void update(RecordBatch batch, long baseOffset) {
        long producerId = batch.producerId();
        if (producerId < 0) {
            return;
        }
        var window = windowOf(producerId);
        window.enter(batch.producerEpoch());
        if (!batch.isControl()) {
            int delta = batch.lastOffsetDelta();
            window.add(RecordBatch.sequencePlus(batch.baseSequence(), delta), baseOffset + delta, delta,
                    batch.maxTimestamp());
        }
    }

    /** Forgets producers that appended nothing for so long; called every few minutes, it sees idleness only then. */
    public void expire(long nowMs, long expirationMs) {
        windows.values().removeIf(window -> window.idleMs(nowMs) >= expirationMs);
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
        }
    }

    public void clear() {
        windows.clear();
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
