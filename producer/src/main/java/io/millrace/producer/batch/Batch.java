package io.millrace.producer.batch;

import io.millrace.protocol.record.BatchHeader;
import io.millrace.protocol.record.Compression;
import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;

/**
 * Records of one partition that travel together. Any thread appends: it claims its place with one compare-and-set, then
 * writes there. The producer's thread owns the batch once it is sealed and every place is written.
 * <pre>
 *   claim:  | sealed 1 | records 31 | end position 32 |
 * </pre>
 */
public final class Batch {
    private static final VarHandle CLAIM;
    private static final VarHandle WRITTEN;
    private static final VarHandle MAX_TIMESTAMP;
    private static final long SEALED = Long.MIN_VALUE;
    private static final long NO_APPEND_TIME = -1;

    static {
        try {
            var lookup = MethodHandles.lookup();
            CLAIM = lookup.findVarHandle(Batch.class, "claim", long.class);
            WRITTEN = lookup.findVarHandle(Batch.class, "written", int.class);
            MAX_TIMESTAMP = lookup.findVarHandle(Batch.class, "maxTimestamp", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final BatchMemory memory;
    private final long baseTimestamp;
    private final long openedAtNs;
    private volatile long claim = RecordBatch.HEADER_BYTES;
    private volatile int written;
    private volatile long maxTimestamp;
    private volatile Batch next;
    private Compression compression = Compression.NONE;
    private ByteBuf compressed;

    /** An empty batch whose timestamps count from this one. */
    Batch(BatchMemory memory, long baseTimestamp, long openedAtNs) {
        this.memory = memory;
        this.baseTimestamp = baseTimestamp;
        this.maxTimestamp = baseTimestamp;
        this.openedAtNs = openedAtNs;
    }

    /** One that takes no records: it stands before the first. */
    static Batch closed() {
        var batch = new Batch(null, 0, 0);
        batch.claim = SEALED;
        return batch;
    }

    /** A complete batch of some of this one's records, already written. */
    Batch part(BatchMemory of, int count, int end, long maxTimestampDelta) {
        var part = new Batch(of, baseTimestamp, openedAtNs);
        part.maxTimestamp = baseTimestamp + maxTimestampDelta;
        part.claim = SEALED | (long) count << Integer.SIZE | end;
        part.written = count;
        return part;
    }

    BatchMemory memory() {
        return memory;
    }

    /** Two complete batches in place of this one, which is of no use then but must be freed. */
    public List<Batch> split() {
        var halves = BatchSplit.halves(this);
        memory.deliveries().clear();
        return halves;
    }

    /** Answers false if the batch takes no more records; it is sealed then. */
    boolean append(long timestampMs, RecordParts record, Delivery delivery) {
        long timestampDelta = timestampMs - baseTimestamp;
        long before;
        int position;
        int index;
        int bodyBytes;
        long end;
        do {
            before = claim;
            if (before < 0) {
                return false;
            }
            position = (int) before;
            index = (int) (before >>> Integer.SIZE);
            bodyBytes = record.bodyBytes(timestampDelta, index);
            end = (long) position + Varints.sizeOf(bodyBytes) + bodyBytes;
            if (end > memory.capacityBytes()) {
                seal();
                return false;
            }
        } while (!CLAIM.compareAndSet(this, before, (long) (index + 1) << Integer.SIZE | end));
        record.writeTo(memory.bytes(), position, bodyBytes, timestampDelta, index);
        if (delivery != null) {
            memory.deliveries().set(index, delivery);
        }
        raiseMaxTimestamp(timestampMs);
        WRITTEN.getAndAdd(this, 1);
        return true;
    }

    private void raiseMaxTimestamp(long timestampMs) {
        for (long max = maxTimestamp; timestampMs > max; max = maxTimestamp) {
            if (MAX_TIMESTAMP.compareAndSet(this, max, timestampMs)) {
                return;
            }
        }
    }

    /** Lets nobody append any more. */
    public void seal() {
        for (long before = claim; before >= 0; before = claim) {
            if (CLAIM.compareAndSet(this, before, before | SEALED)) {
                return;
            }
        }
    }

    public boolean isSealed() {
        return claim < 0;
    }

    /** Whether it is sealed and every claimed place is written. */
    public boolean isComplete() {
        return claim < 0 && written == recordCount();
    }

    public int recordCount() {
        return (int) (claim >>> Integer.SIZE) & Integer.MAX_VALUE;
    }

    /** What it takes so far, uncompressed. */
    public int sizeBytes() {
        return (int) claim;
    }

    public long openedAtNs() {
        return openedAtNs;
    }

    Batch next() {
        return next;
    }

    void next(Batch following) {
        next = following;
    }

    /** Closes the content of a complete batch: compresses it, if asked to. On the producer's thread, once. */
    public void finish(Compression codec, int level) {
        memory.root().setIndex(0, sizeBytes());
        compression = codec;
        if (codec != Compression.NONE) {
            compressed = BatchHeader.compress(memory.root(), codec, level, PooledByteBufAllocator.DEFAULT);
        }
    }

    /** Writes the header, which says who sends the batch (KIP-98). On the producer's thread. */
    public void stamp(long producerId, short producerEpoch, int baseSequence) {
        new BatchHeader(0, RecordBatch.NO_LEADER_EPOCH, compression.id(), recordCount() - 1, baseTimestamp,
                maxTimestamp, producerId, producerEpoch, baseSequence, recordCount()).writeTo(content());
    }

    /** The bytes to be sent, with a reference that is the caller's. On the producer's thread. */
    public ByteBuf retainedContent() {
        return content().retainedSlice();
    }

    /** How many bytes are sent. */
    public int contentBytes() {
        return content().readableBytes();
    }

    private ByteBuf content() {
        return compressed != null ? compressed : memory.root();
    }

    /** Tells all whom it concerns, and ends the batch: its memory goes back. On the producer's thread, once. */
    public void acknowledge(Destination destination, long baseOffset, long logAppendTimeMs) {
        var deliveries = memory.deliveries();
        if (!deliveries.isUsed()) {
            return;
        }
        var bytes = memory.bytes();
        int at = RecordBatch.HEADER_BYTES;
        int count = recordCount();
        for (int i = 0; i < count; i++) {
            long bodyBytes = Varints.get(bytes, at);
            int body = at + Varints.sizeOf(bodyBytes);
            var delivery = deliveries.take(i);
            if (delivery != null) {
                long timestampDelta = Varints.get(bytes, body + 1);
                int key = body + 1 + Varints.sizeOf(timestampDelta) + Varints.sizeOf(i);
                int keyBytes = (int) Varints.get(bytes, key);
                int value = key + Varints.sizeOf(keyBytes) + Math.max(0, keyBytes);
                destination.acknowledge(delivery, baseOffset < 0 ? baseOffset : baseOffset + i,
                        logAppendTimeMs == NO_APPEND_TIME ? baseTimestamp + timestampDelta : logAppendTimeMs,
                        keyBytes, (int) Varints.get(bytes, value));
            }
            at = body + (int) bodyBytes;
        }
        deliveries.clear();
    }

    /** Tells all whom it concerns. On the producer's thread, once. */
    public void fail(Destination destination, RuntimeException failure) {
        if (memory.deliveries().isUsed()) {
            int count = recordCount();
            for (int i = 0; i < count; i++) {
                var delivery = memory.deliveries().take(i);
                if (delivery != null) {
                    destination.fail(delivery, failure);
                }
            }
            memory.deliveries().clear();
        }
    }

    /** Gives the memory back; the batch is of no use any more. On the producer's thread, once. */
    public void free(BatchPool pool) {
        if (compressed != null) {
            compressed.release();
            compressed = null;
        }
        pool.give(memory);
    }
}
