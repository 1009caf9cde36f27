package io.millrace.broker.log.cleaner;

import io.millrace.broker.log.segment.Segment;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.record.RecordCursor;
import io.millrace.protocol.record.RecordLimits;
import io.netty.buffer.PooledByteBufAllocator;
import java.io.IOException;
import java.util.List;

/** Reads the dirty part of a log and notes where each key is newest, until the map is full. One cleaner thread. */
final class KeyScan {
    private final CleanableLog log;
    private final CleaningPace pace;
    private final KeyMap newest;
    private final long firstOffset;
    private final TransactionTrack transactions = new TransactionTrack();

    KeyScan(CleanableLog log, CleaningPace pace, KeyMap newest, long firstOffset) {
        this.log = log;
        this.pace = pace;
        this.newest = newest;
        this.firstOffset = firstOffset;
    }

    /** Reads segments, oldest first, from the first offset on. */
    void run(List<Segment> segments) throws IOException {
        long endOffset = segments.get(segments.size() - 1).endOffset();
        transactions.expect(log.abortedTransactions(firstOffset, endOffset));
        boolean hasRoom = true;
        for (int i = 0; i < segments.size() && hasRoom; i++) {
            hasRoom = read(segments.get(i));
        }
    }

    private boolean read(Segment segment) throws IOException {
        try (var scan = new CheckedScan(segment);
                var records = new RecordCursor(PooledByteBufAllocator.DEFAULT)) {
            for (var batch = scan.next(); batch != null; batch = scan.next()) {
                pace.spent(batch.sizeInBytes(), log.claim(), log.folder());
                if (!add(batch, records)) {
                    return false;
                }
            }
        }
        newest.advanceLatestOffset(segment.endOffset() - 1);
        return true;
    }

    /** False if the map was full before the batch's end. */
    private boolean add(RecordBatch batch, RecordCursor records) {
        if (batch.isControl()) {
            transactions.passControl(batch, null);
        } else if (!transactions.passData(batch) && batch.lastOffset() >= firstOffset) {
            records.open(batch, RecordLimits.NONE);
            while (records.next()) {
                if (records.hasKey() && records.offset() >= firstOffset && !newest.put(records.buffer(),
                        records.keyIndex(), records.keyLength(), records.offset())) {
                    return false;
                }
            }
        }
        if (batch.lastOffset() >= firstOffset) {
            newest.advanceLatestOffset(batch.lastOffset());
        }
        return true;
    }
}
