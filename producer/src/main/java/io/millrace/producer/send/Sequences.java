package io.millrace.producer.send;

import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/**
 * The sequence numbers of one partition (KIP-98). When the broker's count and ours have parted, they begin at 0 again
 * under the next epoch, which holds for this partition alone (KIP-360). Owned by the producer's thread.
 */
final class Sequences {
    private final boolean isNumbered;
    private Identity identity;
    private int next;
    private boolean isNewEpochDue;
    private boolean isBegun;

    Sequences(boolean isNumbered) {
        this.isNumbered = isNumbered;
        identity = isNumbered ? null : Identity.NONE;
    }

    /** Whether the error says that the broker expects another number or epoch, and has not appended the batch. */
    static boolean isBroken(ErrorCode error) {
        return error == ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER || error == ErrorCode.UNKNOWN_PRODUCER_ID
                || error == ErrorCode.INVALID_PRODUCER_EPOCH;
    }

    /**
     * Whether the partition knows our id. Until then a single batch is under way: a broker to which the id is new takes
     * any number for the first, so a second batch could overtake it.
     */
    boolean isBegun() {
        return isBegun || !isNumbered;
    }

    void begun() {
        isBegun = true;
    }

    /** A new epoch is due before the next batch without a number leaves. */
    void startAnew() {
        isNewEpochDue = true;
    }

    /** Whether the next batch has its number or may get one: with a new epoch, nothing may be open under the old. */
    boolean isReady(Identity current, List<Outgoing> unacknowledged, int sent) {
        if (!isNumbered || (sent < unacknowledged.size() && unacknowledged.get(sent).hasSequence())) {
            return true;
        }
        if (identity != null && !isNewEpochDue) {
            return true;
        }
        return sent == 0 && current != null && !isUsedUp(current);
    }

    /** Whether the epochs of the id are used up, so that another id is needed. */
    boolean isUsedUp(Identity current) {
        return isNewEpochDue && identity != null && !identity.hasNext() && current != null
                && identity.producerId() == current.producerId();
    }

    /** Numbers a batch that has no number. */
    void assign(Outgoing outgoing, Identity current) {
        if (!isNumbered) {
            outgoing.batch().stamp(Identity.NONE.producerId(), Identity.NONE.epoch(),
                    RecordBatch.NO_SEQUENCE);
        } else if (!outgoing.hasSequence()) {
            if (identity == null || isNewEpochDue) {
                identity = identity != null && identity.hasNext() ? identity.next() : current;
                next = 0;
                isNewEpochDue = false;
            }
            outgoing.sequence(identity, next);
            next = RecordBatch.sequencePlus(next, outgoing.batch().recordCount());
        }
    }
}
