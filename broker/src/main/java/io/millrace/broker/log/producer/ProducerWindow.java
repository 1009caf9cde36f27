package io.millrace.broker.log.producer;

import io.millrace.protocol.record.RecordBatch;
import java.util.List;

/** The epoch and the last five batches of one producer in one partition, a ring; owned by {@link ProducerState}. */
final class ProducerWindow {
    private static final int CAPACITY_BATCHES = 5;
    private static final long NOT_IDLE = Long.MIN_VALUE;

    private final int[] lastSequences = new int[CAPACITY_BATCHES];
    private final int[] offsetDeltas = new int[CAPACITY_BATCHES];
    private final long[] lastOffsets = new long[CAPACITY_BATCHES];
    private final long[] timestampsMs = new long[CAPACITY_BATCHES];
    private int newest = -1;
    private int count;
    private short epoch = RecordBatch.NO_PRODUCER_EPOCH;
    private long idleSinceMs = NOT_IDLE;
    private long transactionStart = OpenTransactions.NONE;
    private int coordinatorEpoch = ProducerSnapshot.NO_COORDINATOR_EPOCH;

    short epoch() {
        return epoch;
    }

    /** Another epoch starts with an empty window. */
    void enter(short newEpoch) {
        if (newEpoch != epoch) {
            epoch = newEpoch;
            count = 0;
        }
        idleSinceMs = NOT_IDLE;
    }

    /** Where its open transaction begins, or {@link OpenTransactions#NONE}. */
    long transactionStart() {
        return transactionStart;
    }

    void transactionStart(long offset) {
        transactionStart = offset;
    }

    /** Of the last marker. */
    void coordinatorEpoch(int markerEpoch) {
        coordinatorEpoch = markerEpoch;
    }

    /** The last data batch's last offset, or -1. */
    long lastOffset() {
        return count == 0 ? -1 : lastOffsets[newest];
    }

    void add(int lastSequence, long lastOffset, int offsetDelta, long timestampMs) {
        newest = newest == CAPACITY_BATCHES - 1 ? 0 : newest + 1;
        count = Math.min(count + 1, CAPACITY_BATCHES);
        lastSequences[newest] = lastSequence;
        lastOffsets[newest] = lastOffset;
        offsetDeltas[newest] = offsetDelta;
        timestampsMs[newest] = timestampMs;
    }

    /** Where the batch of these sequences is remembered, or -1. */
    int slotOf(int firstSequence, int offsetDelta) {
        int lastSequence = RecordBatch.sequencePlus(firstSequence, offsetDelta);
        int slot = newest;
        for (int seen = 0; seen < count; seen++) {
            if (lastSequences[slot] == lastSequence && offsetDeltas[slot] == offsetDelta) {
                return slot;
            }
            slot = slot == 0 ? CAPACITY_BATCHES - 1 : slot - 1;
        }
        return -1;
    }

    long baseOffset(int slot) {
        return lastOffsets[slot] - offsetDeltas[slot];
    }

    long timestampMs(int slot) {
        return timestampsMs[slot];
    }

    /** The sequence number that the next batch must start with. */
    int nextSequence() {
        return count == 0 ? 0 : RecordBatch.sequencePlus(lastSequences[newest], 1);
    }

    /** Time since the first call that found no append after the call before it. */
    long idleMs(long nowMs) {
        if (idleSinceMs == NOT_IDLE) {
            idleSinceMs = nowMs;
        }
        return nowMs - idleSinceMs;
    }

    /** Appends the batches, oldest first; an epoch without a batch is one row of its own. */
    void capture(long producerId, List<ProducerSnapshot.Batch> batches) {
        if (count == 0) {
            batches.add(new ProducerSnapshot.Batch(producerId, epoch, RecordBatch.NO_SEQUENCE, -1, 0,
                    RecordBatch.NO_TIMESTAMP, coordinatorEpoch, transactionStart));
        }
        for (int age = count - 1; age >= 0; age--) {
            int slot = Math.floorMod(newest - age, CAPACITY_BATCHES);
            batches.add(new ProducerSnapshot.Batch(producerId, epoch, lastSequences[slot], lastOffsets[slot],
                    offsetDeltas[slot], timestampsMs[slot], coordinatorEpoch, transactionStart));
        }
    }
}
