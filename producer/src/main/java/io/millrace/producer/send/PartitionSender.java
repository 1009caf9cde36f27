package io.millrace.producer.send;

import io.millrace.producer.batch.Batch;
import io.millrace.producer.batch.PartitionQueue;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.data.NodeEndpoint;
import io.millrace.protocol.data.ProducedPartition;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Delivers the batches of one partition in order. After a failure nothing leaves until all that is on its way has come
 * back; then all that is unacknowledged leaves again, in the same order under the same sequence numbers, by which the
 * broker knows what it has already. Owned by the producer's thread.
 */
final class PartitionSender {
    private final PartitionQueue queue;
    private final Sender sender;
    private final Brokers brokers;
    private final SendRules rules;
    private final Sequences sequences;
    private final List<Outgoing> unacknowledged = new ArrayList<>();
    private int sent;
    private int onTheirWay;
    private int lastNode = Brokers.NO_NODE;
    private boolean isHalted;
    private long taken;
    private long announced;
    private int failures;
    private long retryAtNs;
    private RuntimeException lastFailure;

    PartitionSender(PartitionQueue queue, Sender sender, Brokers brokers, SendRules rules) {
        this.queue = queue;
        this.sender = sender;
        this.brokers = brokers;
        this.rules = rules;
        this.sequences = new Sequences(rules.isIdempotent());
        this.retryAtNs = brokers.nowNs();
    }

    TopicPartition partition() {
        return queue.partition();
    }

    /** Takes note of the batches that have been opened since. */
    Batch announce() {
        var batch = queue.announce();
        announced += batch == null ? 0 : 1;
        return batch;
    }

    /** Whether there is anything that has not left. */
    boolean hasWork() {
        return isHalted || sent < unacknowledged.size() || queue.peek() != null;
    }

    /** Whether the next batch may leave now, to this leader. */
    boolean isReady(long nowNs, int leader) {
        boolean isAlone = onTheirWay == 0;
        boolean mustWait = isHalted || retryAtNs - nowNs > 0
                || (!isAlone && (leader != lastNode || !sequences.isBegun() || hasParts()));
        if (mustWait) {
            return false;
        }
        if (!sequences.isReady(sender.identity(), unacknowledged, sent)) {
            if (sequences.isUsedUp(sender.identity())) {
                sender.renewIdentity();
            }
            return false;
        }
        if (sent < unacknowledged.size()) {
            return true;
        }
        var batch = queue.peek();
        return batch != null && isWithinWindow() && isDue(batch, nowNs);
    }

    /** Parts of a batch leave one by one: there may be more of them than the broker remembers. */
    private boolean hasParts() {
        for (int i = 0; i < unacknowledged.size(); i++) {
            if (unacknowledged.get(i).isPart()) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether the broker still remembers the oldest open batch once one more is appended. It counts what has been
     * acknowledged since, too: a later batch may be acknowledged first.
     */
    private boolean isWithinWindow() {
        return unacknowledged.isEmpty() || taken - unacknowledged.get(0).number() < rules.mostInFlight();
    }

    private boolean isDue(Batch batch, long nowNs) {
        return batch.isSealed() ? batch.isComplete()
                : nowNs - batch.openedAtNs() >= rules.lingerNs() || sender.isHurried(batch);
    }

    /** An upper bound of the bytes that the next batch takes. */
    int nextBytes() {
        return sent < unacknowledged.size() ? unacknowledged.get(sent).batch().contentBytes()
                : queue.peek().sizeBytes();
    }

    /** The next batch, on its way to a node from now on; null if a thread still writes to it. */
    Outgoing take(int nodeId) {
        if (sent == unacknowledged.size() && !takeFromQueue()) {
            return null;
        }
        var outgoing = unacknowledged.get(sent++);
        sequences.assign(outgoing, sender.identity());
        outgoing.leave();
        onTheirWay++;
        lastNode = nodeId;
        return outgoing;
    }

    private boolean takeFromQueue() {
        var batch = queue.peek();
        batch.seal();
        if (!batch.isComplete()) {
            return false;
        }
        queue.take();
        var outgoing = new Outgoing(batch, taken++);
        try {
            batch.finish(rules.compression(), rules.compressionLevel());
        } catch (RuntimeException e) {
            fail(outgoing, e);
            return false;
        }
        unacknowledged.add(outgoing);
        return true;
    }

    /** A broker has said what became of a batch. */
    void answered(Outgoing outgoing, ProducedPartition result, List<NodeEndpoint> endpoints) {
        returned(outgoing);
        var error = result.errorCode();
        if (outgoing.isSettled()) {
            outgoing.batch().free(sender.pool());
        } else if (error == ErrorCode.NONE || error == ErrorCode.DUPLICATE_SEQUENCE_NUMBER) {
            acknowledge(outgoing, result);
        } else if (rules.isIdempotent() && Sequences.isBroken(error)
                && !(isFirst(outgoing) && outgoing.isPartInDoubt())) {
            if (isFirst(outgoing)) {
                // Nothing before it is open, so the broker has neither this one nor any later one: begin anew.
                unacknowledged.forEach(Outgoing::forgetSequence);
                sequences.startAnew();
            }
            retry(outgoing, refusal(error, result));
        } else if (error == ErrorCode.MESSAGE_TOO_LARGE && outgoing.batch().recordCount() > 1) {
            split(outgoing);
        } else if (error.isRetriable()) {
            if (error == ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND || error == ErrorCode.REQUEST_TIMED_OUT) {
                outgoing.doubt();
            }
            if (error.remedy() == ErrorCode.Remedy.REFRESH_METADATA) {
                lookForLeader(result, endpoints);
            }
            retry(outgoing, refusal(error, result));
        } else {
            remove(outgoing);
            fail(outgoing, refusal(error, result));
        }
        settle();
    }

    private boolean isFirst(Outgoing outgoing) {
        return unacknowledged.get(0) == outgoing;
    }

    /** Puts two halves in the place of a batch; they leave when all that is on its way has come back. */
    private void split(Outgoing whole) {
        int index = unacknowledged.indexOf(whole);
        unacknowledged.remove(index);
        int recordsBefore = 0;
        for (var half : whole.batch().split()) {
            half.finish(rules.compression(), rules.compressionLevel());
            unacknowledged.add(index++, whole.part(half, recordsBefore));
            recordsBefore += half.recordCount();
        }
        whole.batch().free(sender.pool());
        sent++;
        isHalted = true;
    }

    private void lookForLeader(ProducedPartition result, List<NodeEndpoint> endpoints) {
        var leader = result.failure() == null ? null : result.failure().currentLeader();
        if (leader != null && leader.leaderId() >= 0) {
            brokers.hint(partition(), leader, endpoints);
        }
        brokers.refresh();
    }

    /** Nobody knows what became of a batch. */
    void unanswered(Outgoing outgoing, RuntimeException failure) {
        returned(outgoing);
        if (outgoing.isSettled()) {
            outgoing.batch().free(sender.pool());
        } else {
            outgoing.doubt();
            brokers.refresh();
            retry(outgoing, failure);
        }
        settle();
    }

    private void returned(Outgoing outgoing) {
        outgoing.returned();
        onTheirWay--;
    }

    private void retry(Outgoing outgoing, RuntimeException failure) {
        lastFailure = failure;
        if (outgoing.attempts() > rules.mostRetries()) {
            remove(outgoing);
            fail(outgoing, failure);
            return;
        }
        sender.counters().retry();
        if (!isHalted) {
            isHalted = true;
            long pauseNs = TimeUnit.MILLISECONDS.toNanos(rules.backoff().delayMs(++failures));
            retryAtNs = brokers.nowNs() + pauseNs;
            brokers.after(pauseNs, sender::pump);
        }
    }

    private ApiException refusal(ErrorCode error, ProducedPartition result) {
        var detail = result.failure() == null ? null : result.failure().message();
        return new ApiException(error, partition() + ": " + error + (detail == null ? "" : ", " + detail));
    }

    private void remove(Outgoing outgoing) {
        int index = unacknowledged.indexOf(outgoing);
        unacknowledged.remove(index);
        sent -= index < sent ? 1 : 0;
    }

    private void acknowledge(Outgoing outgoing, ProducedPartition result) {
        failures = 0;
        lastFailure = null;
        sequences.begun();
        remove(outgoing);
        var batch = outgoing.batch();
        sender.counters().acknowledged(batch.recordCount());
        batch.acknowledge(queue.destination(), result.baseOffset(), result.logAppendTimeMs());
        batch.free(sender.pool());
    }

    private void fail(Outgoing outgoing, RuntimeException failure) {
        outgoing.settle();
        sender.counters().failed(outgoing.batch().recordCount());
        outgoing.batch().fail(queue.destination(), failure);
        if (!outgoing.isOnItsWay()) {
            outgoing.batch().free(sender.pool());
        }
    }

    /** Once everything has come back after a failure, all of it may leave again. */
    private void settle() {
        if (isHalted && onTheirWay == 0) {
            isHalted = false;
            sent = 0;
        }
        sender.settled(this);
    }

    /** Gives up the batches that were opened this long ago, or all of them if the producer ends. */
    void expire(long openedBeforeNs, RuntimeException end) {
        for (var outgoing : List.copyOf(unacknowledged)) {
            if (end != null || outgoing.batch().openedAtNs() - openedBeforeNs <= 0) {
                remove(outgoing);
                fail(outgoing, end != null ? end : expired(outgoing.batch()));
            }
        }
        for (var batch = queue.peek(); batch != null
                && (end != null || batch.openedAtNs() - openedBeforeNs <= 0); batch = queue.peek()) {
            batch.seal();
            if (!batch.isComplete()) {
                break; // a thread is writing to it, and its word that it is done leads here again
            }
            queue.take();
            fail(new Outgoing(batch, taken++), end != null ? end : expired(batch));
        }
        settle();
    }

    private ApiException expired(Batch batch) {
        long waitedMs = TimeUnit.NANOSECONDS.toMillis(brokers.nowNs() - batch.openedAtNs());
        return new ApiException(ErrorCode.REQUEST_TIMED_OUT,
                batch.recordCount() + " records for " + partition()
                        + " were not acknowledged in " + waitedMs + " ms"
                        + (lastFailure == null ? "" : "; at last: " + lastFailure.getMessage()));
    }

    /** Says to those who choose partitions how many batches there are to this one. */
    void reportBacklog() {
        queue.setBacklog((int) Math.min(Integer.MAX_VALUE, announced - taken + unacknowledged.size()));
    }

    /** How many batches there have been. */
    long announcedCount() {
        return announced;
    }

    /** Whether the first so many batches are all done with. */
    boolean isDone(long count) {
        return (unacknowledged.isEmpty() ? taken : unacknowledged.get(0).number()) >= count;
    }
}
