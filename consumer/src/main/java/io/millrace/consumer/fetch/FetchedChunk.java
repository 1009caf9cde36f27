package io.millrace.consumer.fetch;

import io.millrace.consumer.position.Position;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.data.FetchedPartition.AbortedTransaction;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Whole batches of one partition, their checksums good, with the log's bounds when they were read: -1 where unknown.
 * Immutable; holds one reference of the response that brought them. The position is that behind the last batch.
 */
public record FetchedChunk(
        TopicPartition partition,
        long start,
        ByteBuf records,
        Position end,
        List<AbortedTransaction> aborted,
        Bounds bounds) {

    /** Where the log begins, and where it ends for readers of everything and of what is committed. */
    public record Bounds(long logStartOffset, long highWatermark, long lastStableOffset) {
        public static final Bounds UNKNOWN = new Bounds(-1, -1, -1);
    }

    public int sizeBytes() {
        return records.readableBytes();
    }

    public boolean hasRecords() {
        return records.isReadable();
    }

    public void release() {
        records.release();
    }
}
