package io.millrace.producer.batch;

import io.millrace.protocol.record.RecordBatch;
import java.util.List;

/**
 * Makes two batches of one that a broker refuses as too large: the first half of its records and the second. Their memory
 * does not count for {@code buffer.memory}, since nobody may wait for it here. On the producer's thread.
 */
final class BatchSplit {
    private final Batch whole;
    private int at = RecordBatch.HEADER_BYTES;
    private int index;

    private BatchSplit(Batch whole) {
        this.whole = whole;
    }

    static List<Batch> halves(Batch whole) {
        var split = new BatchSplit(whole);
        int count = whole.recordCount();
        return List.of(split.take(count / 2), split.take(count - count / 2));
    }

    /** A batch of the next so many records. */
    private Batch take(int count) {
        var source = whole.memory().bytes();
        var memory = BatchMemory.lent(RecordBatch.HEADER_BYTES + bytesOf(count));
        var target = memory.bytes();
        long maxTimestampDelta = Long.MIN_VALUE;
        int end = RecordBatch.HEADER_BYTES;
        for (int i = 0; i < count; i++) {
            int oldBytes = (int) Varints.get(source, at);
            int body = at + Varints.sizeOf(oldBytes);
            long timestampDelta = Varints.get(source, body + 1);
            int rest = body + 1 + Varints.sizeOf(timestampDelta) + Varints.sizeOf(index);
            int restBytes = body + oldBytes - rest;
            maxTimestampDelta = Math.max(maxTimestampDelta, timestampDelta);
            end = Varints.put(target, end,
                    1 + Varints.sizeOf(timestampDelta) + Varints.sizeOf(i) + restBytes);
            target.put(end, source.get(body));
            end = Varints.put(target, Varints.put(target, end + 1, timestampDelta), i);
            target.put(end, source, rest, restBytes);
            end += restBytes;
            var delivery = whole.memory().deliveries().take(index++);
            if (delivery != null) {
                memory.deliveries().set(i, delivery);
            }
            at = body + oldBytes;
        }
        return whole.part(memory, count, end, maxTimestampDelta);
    }

    /** What the next so many records take, which only gets less when their offsets count from a later one. */
    private int bytesOf(int count) {
        int end = at;
        for (int i = 0; i < count; i++) {
            long bodyBytes = Varints.get(whole.memory().bytes(), end);
            end += Varints.sizeOf(bodyBytes) + (int) bodyBytes;
        }
        return end - at;
    }
}
