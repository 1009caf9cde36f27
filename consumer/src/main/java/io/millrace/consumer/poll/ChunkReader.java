package io.millrace.consumer.poll;

import io.millrace.consumer.fetch.FetchedChunk;
import io.millrace.consumer.position.Position;
import io.millrace.protocol.data.FetchedPartition.AbortedTransaction;
import io.millrace.protocol.record.EndMarker;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.record.RecordCursor;
import io.millrace.protocol.record.RecordLimits;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;

/**
 * Walks the records of one chunk after another, past markers, past what lies before the position and past aborted
 * transactions. Reused; owned by the polling thread. It does not own the chunks.
 */
public final class ChunkReader implements AutoCloseable {
    private static final long NO_PRODUCER = -1;

    private final RecordBatch batch = new RecordBatch();
    private final RecordCursor cursor = new RecordCursor(PooledByteBufAllocator.DEFAULT);
    private final ArrayDeque<AbortedTransaction> aborted = new ArrayDeque<>();
    private final Set<Long> abortedProducers = new HashSet<>();
    private FetchedChunk chunk;
    private RecordSource source;
    private long nextOffset;
    private int at;
    private boolean isInBatch;
    private boolean isPending;

    /** Goes before the first record of a chunk that is not before this offset. */
    void open(FetchedChunk from, long offset) {
        chunk = from;
        nextOffset = offset;
        at = from.records().readerIndex();
        isInBatch = false;
        isPending = false;
        aborted.clear();
        abortedProducers.clear();
        if (from.aborted() != null) {
            from.aborted().stream().sorted(Comparator.comparingLong(AbortedTransaction::firstOffset))
                    .forEach(aborted::add);
        }
    }

    /** Whether there is another record, which it stays at until {@link #consumed} is called. */
    public boolean next() {
        if (isPending) {
            return true;
        }
        while (true) {
            while (isInBatch && cursor.next()) {
                if (cursor.offset() >= nextOffset) {
                    isPending = true;
                    return true;
                }
            }
            if (at >= chunk.records().writerIndex()) {
                return false;
            }
            openBatch();
        }
    }

    private void openBatch() {
        batch.wrap(chunk.records(), at);
        at += batch.sizeInBytes();
        isInBatch = !isDropped() && batch.lastOffset() >= nextOffset;
        if (isInBatch) {
            cursor.open(batch, RecordLimits.NONE);
            source = new RecordSource(chunk.partition(), batch.partitionLeaderEpoch(), batch.timestampType());
        }
    }

    /** Whether nobody is to see the batch: a marker, or part of a transaction that was aborted. */
    private boolean isDropped() {
        while (!aborted.isEmpty() && aborted.peek().firstOffset() <= batch.lastOffset()) {
            abortedProducers.add(aborted.poll().producerId());
        }
        if (batch.isControl()) {
            long producerId = abortedProducers.isEmpty() ? NO_PRODUCER : batch.producerId();
            if (abortedProducers.contains(producerId)) {
                var marker = EndMarker.read(batch);
                if (marker != null && !marker.isCommit()) {
                    abortedProducers.remove(producerId);
                }
            }
            return true;
        }
        return !abortedProducers.isEmpty() && batch.isTransactional()
                && abortedProducers.contains(batch.producerId());
    }

    /** The record that it is at. */
    public RecordCursor record() {
        return cursor;
    }

    /** Where the record comes from. */
    public RecordSource source() {
        return source;
    }

    /** The record has been handed on. */
    public void consumed() {
        isPending = false;
        nextOffset = cursor.offset() + 1;
    }

    FetchedChunk chunk() {
        return chunk;
    }

    /** Behind the last record that was consumed. */
    Position position() {
        return new Position(nextOffset, source == null ? chunk.end().leaderEpoch() : source.leaderEpoch());
    }

    @Override
    public void close() {
        cursor.close();
    }
}
