package io.millrace.producer.send;

import io.millrace.producer.batch.Batch;
import io.millrace.protocol.record.RecordBatch;

/** A batch that was taken from its queue, and what is known of its delivery. Owned by the producer's thread. */
final class Outgoing {
    private final Batch batch;
    private final long number;
    private int sequence = RecordBatch.NO_SEQUENCE;
    private int attempts;
    private boolean isOnItsWay;
    private boolean isSettled;

    Outgoing(Batch batch, long number) {
        this.batch = batch;
        this.number = number;
    }

    Batch batch() {
        return batch;
    }

    /** Its place among all batches of the partition. */
    long number() {
        return number;
    }

    boolean hasSequence() {
        return sequence != RecordBatch.NO_SEQUENCE;
    }

    void sequence(Identity identity, int first) {
        sequence = first;
        batch.stamp(identity.producerId(), identity.epoch(), first);
    }

    void forgetSequence() {
        sequence = RecordBatch.NO_SEQUENCE;
    }

    int attempts() {
        return attempts;
    }

    void leave() {
        attempts++;
        isOnItsWay = true;
    }

    void returned() {
        isOnItsWay = false;
    }

    /** Whether a request that holds it has no answer yet. */
    boolean isOnItsWay() {
        return isOnItsWay;
    }

    /** Whether the callers have been told, so that an answer is of no interest. */
    boolean isSettled() {
        return isSettled;
    }

    void settle() {
        isSettled = true;
    }
}
