package io.millrace.broker.log.cleaner;

import io.millrace.broker.log.segment.AbortedTransaction;
import io.millrace.broker.log.segment.TransactionIndex;
import io.millrace.protocol.record.EndMarker;
import io.millrace.protocol.record.RecordBatch;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongHashSet;

/**
 * Which transactions are under way while the batches of a log are read in order, and which of their batches may go:
 * those of an aborted one at once, a marker once no batch of its transaction is left. One cleaner thread.
 */
final class TransactionTrack {
    private final PriorityQueue<AbortedTransaction> ahead = new PriorityQueue<>(
            Comparator.comparingLong(AbortedTransaction::firstOffset));
    private final Long2ObjectHashMap<Aborted> aborted = new Long2ObjectHashMap<>();
    private final LongHashSet committed = new LongHashSet();

    private static final class Aborted {
        final AbortedTransaction transaction;
        boolean hasBatches;

        Aborted(AbortedTransaction transaction) {
            this.transaction = transaction;
        }
    }

    /** Transactions whose batches or markers are to come; one may be named again for another segment. */
    void expect(List<AbortedTransaction> transactions) {
        ahead.addAll(transactions);
    }

    /** Goes past a batch of records; whether it belongs to an aborted transaction. */
    boolean passData(RecordBatch batch) {
        enter(batch.lastOffset());
        if (!batch.isTransactional()) {
            return false;
        }
        var under = aborted.get(batch.producerId());
        if (under == null) {
            committed.add(batch.producerId());
            return false;
        }
        under.hasBatches = true;
        return true;
    }

    /**
     * Goes past a control batch; whether nothing of its transaction was seen. An abort that is still needed is noted in
     * the index, if there is one.
     */
    boolean passControl(RecordBatch batch, TransactionIndex kept) {
        enter(batch.lastOffset());
        if (batch.recordCount() == 0) {
            return true;
        }
        var marker = EndMarker.read(batch);
        if (marker == null) {
            return false;
        }
        if (marker.isCommit()) {
            return !committed.remove(batch.producerId());
        }
        var ended = aborted.remove(batch.producerId());
        if (ended == null || !ended.hasBatches) {
            return true;
        }
        if (kept != null) {
            kept.append(ended.transaction);
        }
        return false;
    }

    private void enter(long offset) {
        while (!ahead.isEmpty() && ahead.peek().firstOffset() <= offset) {
            var next = ahead.poll();
            aborted.computeIfAbsent(next.producerId(), id -> new Aborted(next));
        }
    }
}
