package io.millrace.producer.send;

import io.millrace.producer.batch.Batch;
import io.millrace.protocol.record.RecordBatch;

/** A batch that was taken from its queue, and what is known of its delivery. Owned by the producer's thread. */
final class Outgoing {
    private final Batch batch;
    private final long number;
    private Identity identity;
    private int sequence = RecordBatch.NO_SEQUENCE;
    private int attempts;
    private boolean isOnItsWay;
    private boolean isSettled;
    private boolean isPart;
    private boolean isInDoubt;
    private boolean isPartInDoubt;

    Outgoing(Batch batch, long number) {
        this.batch = batch;
        this.number = number;
    }

    /** A finished part of the batch, which was split; the sequence numbers go on through the parts. */
    Outgoing part(Batch half, int recordsBefore) {
        var part = new Outgoing(half, number);
        part.isPart = true;
        part.isPartInDoubt = isInDoubt || isPartInDoubt;
        if (hasSequence()) {
            part.sequence(identity, RecordBatch.sequencePlus(sequence, recordsBefore));
        }
        return part;
    }

    boolean isPart() {
        return isPart;
    }

    /** Whether the broker may have the batch of which this is a part, and would not know the part by its number. */
    boolean isPartInDoubt() {
        return isPartInDoubt;
    }

    /** The broker may have appended it though it did not say so. */
    void doubt() {
        isInDoubt = true;
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

    void sequence(Identity sender, int first) {
        identity = sender;
        sequence = first;
        batch.stamp(sender.producerId(), sender.epoch(), first);
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
