package io.millrace.broker.log.cleaner;

import io.millrace.broker.log.segment.Segment;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.record.RecordCursor;
import io.millrace.protocol.record.RecordLimits;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.util.BitSet;
import java.util.List;

/**
 * Writes what stays of neighbouring segments into one. A batch of which all stays is copied as it is, any other is built
 * anew with its offsets, times, producer and codec. One cleaner thread, one group after another.
 */
final class GroupRewrite implements AutoCloseable {
    private final CleanableLog log;
    private final CleaningPace pace;
    private final TransactionTrack transactions;
    private final BatchFilter filter;
    private final long nowMs;
    private final RecordCursor records = new RecordCursor(PooledByteBufAllocator.DEFAULT);
    private final BatchBuilder builder = new BatchBuilder(PooledByteBufAllocator.DEFAULT);
    private final RecordBatch rebuilt = new RecordBatch();
    private final BitSet kept = new BitSet();
    private boolean keepsTombstone;
    private boolean isChanged;
    private long recordsRead;
    private long recordsKept;

    GroupRewrite(CleanableLog log, CleaningPace pace, TransactionTrack transactions, BatchFilter filter,
            long nowMs) {
        this.log = log;
        this.pace = pace;
        this.transactions = transactions;
        this.filter = filter;
        this.nowMs = nowMs;
    }

    /** Appends to a new segment; answers whether anything of the group is different there. */
    boolean run(List<Segment> group, CleanedSegment into) throws IOException {
        isChanged = group.size() > 1;
        filter.lastBatches(log.lastBatches().join());
        for (var segment : group) {
            transactions.expect(log.abortedTransactions(segment.baseOffset(), segment.endOffset()));
            read(segment, into);
        }
        return isChanged;
    }

    long recordsRead() {
        return recordsRead;
    }

    long recordsKept() {
        return recordsKept;
    }

    private void read(Segment segment, CleanedSegment into) throws IOException {
        try (var scan = new CheckedScan(segment)) {
            for (var batch = scan.next(); batch != null; batch = scan.next()) {
                int writtenBefore = into.sizeInBytes();
                rewrite(batch, into);
                pace.spent((long) batch.sizeInBytes() + into.sizeInBytes() - writtenBefore, log.claim(),
                        log.folder());
            }
        }
    }

    private void rewrite(RecordBatch batch, CleanedSegment into) throws IOException {
        filter.enter(batch, into.transactions());
        select(batch);
        int count = kept.cardinality();
        recordsKept += count;
        boolean needsHorizon = (keepsTombstone || filter.isSpentMarker()) && count > 0
                && !batch.hasDeleteHorizon();
        boolean isWhole = count == batch.recordCount() && !needsHorizon;
        if (isWhole && (count > 0 || filter.keepsHeader())) {
            into.append(batch);
            return;
        }
        isChanged = true;
        if (count > 0 || filter.keepsHeader()) {
            appendRebuilt(batch, needsHorizon, into);
        }
    }

    /** Finds the records that stay. */
    private void select(RecordBatch batch) {
        recordsRead += batch.recordCount();
        kept.clear();
        keepsTombstone = false;
        if (filter.dropsRecords()) {
            return;
        }
        records.open(batch, RecordLimits.NONE);
        while (records.next()) {
            if (filter.keeps(records)) {
                kept.set(records.index());
                keepsTombstone |= !records.hasValue();
            }
        }
    }

    private void appendRebuilt(RecordBatch batch, boolean needsHorizon, CleanedSegment into)
            throws IOException {
        builder.beginCompacted(batch);
        if (!kept.isEmpty()) {
            if (needsHorizon) {
                builder.deleteHorizon(horizonMs());
            } else if (batch.hasDeleteHorizon()) {
                builder.deleteHorizon(batch.deleteHorizonMs());
            }
            records.open(batch, RecordLimits.NONE);
            while (records.next()) {
                if (kept.get(records.index())) {
                    builder.keep(records);
                }
            }
        }
        var bytes = builder.finish();
        try {
            into.append(rebuilt.wrap(bytes, 0));
        } finally {
            bytes.release();
        }
    }

    private long horizonMs() {
        long retentionMs = log.settings().deleteRetentionMs();
        return retentionMs > Long.MAX_VALUE - nowMs ? Long.MAX_VALUE : nowMs + retentionMs;
    }

    @Override
    public void close() {
        records.close();
        builder.close();
    }
}
