package io.millrace.protocol.record;

import io.millrace.protocol.wire.Varint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import java.util.List;

/**
 * Builds one batch after another. {@link #begin} first, then the header's choices in any order, then the records, then
 * {@link #finish}, whose buffer is the caller's. One thread; {@link #close} gives back a batch that was not finished.
 */
public final class BatchBuilder implements AutoCloseable {
    private static final int INITIAL_BYTES = 1024;
    private static final int FROM_RECORDS = -1;
    /** Beyond this a length field no longer counts. */
    private static final long LARGEST_RECORD_BYTES = Integer.MAX_VALUE - 1024;

    private final ByteBufAllocator allocator;
    private ByteBuf batch;
    private Compression compression;
    private int level;
    private TimestampType timestampType;
    private long baseOffset;
    private int leaderEpoch;
    private long producerId;
    private short producerEpoch;
    private int baseSequence;
    private int kindBits;
    private int recordCount;
    private int lastOffsetDelta;
    private long baseTimestamp;
    private long maxTimestamp;
    private long emptyMaxTimestamp;

    public BatchBuilder(ByteBufAllocator allocator) {
        this.allocator = allocator;
    }

    /** Starts a batch at offset 0 without leader epoch or producer, CreateTime, uncompressed; drops an unfinished one. */
    public BatchBuilder begin() {
        close();
        batch = allocator.directBuffer(INITIAL_BYTES).writeZero(RecordBatch.HEADER_BYTES);
        compression = Compression.NONE;
        level = 0;
        timestampType = TimestampType.CREATE_TIME;
        baseOffset = 0;
        leaderEpoch = RecordBatch.NO_LEADER_EPOCH;
        producer(RecordBatch.NO_PRODUCER_ID, RecordBatch.NO_PRODUCER_EPOCH, RecordBatch.NO_SEQUENCE);
        kindBits = 0;
        recordCount = 0;
        lastOffsetDelta = FROM_RECORDS;
        baseTimestamp = RecordBatch.NO_TIMESTAMP;
        maxTimestamp = RecordBatch.NO_TIMESTAMP;
        return this;
    }

    /** Starts a batch with the header of another: offset, epoch, producer, kind; not its codec, timestamps, records. */
    public BatchBuilder beginLike(RecordBatch other) {
        begin().baseOffset(other.baseOffset()).leaderEpoch(other.partitionLeaderEpoch());
        producer(other.producerId(), other.producerEpoch(), other.baseSequence());
        kindBits = other.attributes() & (RecordBatch.TRANSACTIONAL_BIT | RecordBatch.CONTROL_BIT);
        return this;
    }

    /**
     * Starts what compaction leaves of a batch: its header, its span of offsets and its codec. Records are added with
     * {@link #keep}; without any, the header alone remains.
     */
    public BatchBuilder beginCompacted(RecordBatch other) {
        beginLike(other).compression(other.compression());
        lastOffsetDelta = other.lastOffsetDelta();
        emptyMaxTimestamp = other.maxTimestamp();
        if (other.timestampType() == TimestampType.LOG_APPEND_TIME) {
            logAppendTime(other.maxTimestamp());
        }
        return this;
    }

    /** Says when the batch's tombstones may go (KIP-534); before the first record. */
    public BatchBuilder deleteHorizon(long timestampMs) {
        kindBits |= RecordBatch.DELETE_HORIZON_BIT;
        baseTimestamp = timestampMs;
        return this;
    }

    public BatchBuilder baseOffset(long offset) {
        baseOffset = offset;
        return this;
    }

    public BatchBuilder leaderEpoch(int epoch) {
        leaderEpoch = epoch;
        return this;
    }

    public BatchBuilder compression(Compression codec) {
        return compression(codec, codec.defaultLevel());
    }

    public BatchBuilder compression(Compression codec, int level) {
        compression = codec;
        this.level = level;
        return this;
    }

    public BatchBuilder producer(long id, short epoch, int firstSequence) {
        producerId = id;
        producerEpoch = epoch;
        baseSequence = firstSequence;
        return this;
    }

    public BatchBuilder transactional() {
        kindBits |= RecordBatch.TRANSACTIONAL_BIT;
        return this;
    }

    public BatchBuilder control() {
        kindBits |= RecordBatch.CONTROL_BIT;
        return this;
    }

    /** All records carry the leader's clock, whatever timestamps they are appended with. */
    public BatchBuilder logAppendTime(long timestampMs) {
        timestampType = TimestampType.LOG_APPEND_TIME;
        maxTimestamp = timestampMs;
        return this;
    }

    public BatchBuilder append(long timestampMs, ByteBuf key, ByteBuf value) {
        return append(timestampMs, key, value, List.of());
    }

    /** Appends a record at the next offset. Key and value may be null; their indexes do not move. */
    public BatchBuilder append(long timestampMs, ByteBuf key, ByteBuf value, List<RecordHeader> headers) {
        long bodyBytes = sizeOf(key) + sizeOf(value) + Varint.sizeOfSigned(headers.size());
        for (var entry : headers) {
            int keyBytes = ByteBufUtil.utf8Bytes(entry.key());
            int valueBytes = entry.value() == null ? -1 : entry.value().length();
            bodyBytes += Varint.sizeOfSigned(keyBytes) + keyBytes;
            bodyBytes += Varint.sizeOfSigned(valueBytes) + Math.max(valueBytes, 0);
        }
        beginRecord(timestampMs, recordCount, bodyBytes);
        write(key);
        write(value);
        Varint.writeSigned(batch, headers.size());
        for (var entry : headers) {
            Varint.writeSigned(batch, ByteBufUtil.utf8Bytes(entry.key()));
            ByteBufUtil.writeUtf8(batch, entry.key());
            if (entry.value() == null) {
                Varint.writeSigned(batch, -1);
            } else {
                Varint.writeSigned(batch, entry.value().length());
                entry.value().writeTo(batch);
            }
        }
        return this;
    }

    /** Appends the cursor's record, headers included, at the next offset. */
    public BatchBuilder append(RecordCursor record) {
        return append(record, recordCount);
    }

    /** Appends the cursor's record, headers included, at the offset that it has in its own batch. */
    public BatchBuilder keep(RecordCursor record) {
        return append(record, record.offsetDelta());
    }

    private BatchBuilder append(RecordCursor record, int offsetDelta) {
        beginRecord(record.timestamp(), offsetDelta, record.bodyLength());
        batch.writeBytes(record.buffer(), record.bodyIndex(), record.bodyLength());
        return this;
    }

    /** Writes what precedes the key; {@code bodyBytes} follow. */
    private void beginRecord(long timestampMs, int offsetDelta, long bodyBytes) {
        if (recordCount == 0 && (kindBits & RecordBatch.DELETE_HORIZON_BIT) == 0) {
            baseTimestamp = timestampMs;
        }
        long timestampDelta = timestampMs - baseTimestamp;
        long lengthBytes = 1L + Varint.sizeOfSignedLong(timestampDelta) + Varint.sizeOfSigned(offsetDelta)
                + bodyBytes;
        if (lengthBytes + batch.writerIndex() > LARGEST_RECORD_BYTES) {
            throw new IllegalArgumentException("a batch of " + lengthBytes + " bytes more is too large");
        }
        Varint.writeSigned(batch, (int) lengthBytes);
        batch.writeByte(0);
        Varint.writeSignedLong(batch, timestampDelta);
        Varint.writeSigned(batch, offsetDelta);
        recordCount++;
        if (timestampType == TimestampType.CREATE_TIME && timestampMs > maxTimestamp) {
            maxTimestamp = timestampMs;
        }
    }

    private static long sizeOf(ByteBuf field) {
        int lengthBytes = field == null ? -1 : field.readableBytes();
        return (long) Varint.sizeOfSigned(lengthBytes) + Math.max(lengthBytes, 0);
    }

    private void write(ByteBuf field) {
        if (field == null) {
            Varint.writeSigned(batch, -1);
        } else {
            Varint.writeSigned(batch, field.readableBytes());
            batch.writeBytes(field, field.readerIndex(), field.readableBytes());
        }
    }

    public int recordCount() {
        return recordCount;
    }

    /** What the batch takes so far, uncompressed. */
    public int sizeInBytes() {
        return batch.writerIndex();
    }

    /** Completes the batch; its buffer is the caller's to release. */
    public ByteBuf finish() {
        if (recordCount == 0) {
            becomeEmpty();
        }
        if (compression != Compression.NONE) {
            compress();
        }
        ByteBuf finished = batch;
        writeHeader();
        batch = null;
        return finished;
    }

    private void becomeEmpty() {
        if (lastOffsetDelta == FROM_RECORDS) {
            throw new IllegalStateException("a batch needs a record");
        }
        compression = Compression.NONE;
        maxTimestamp = emptyMaxTimestamp;
    }

    private void compress() {
        ByteBuf compressed = BatchHeader.compress(batch, compression, level, allocator);
        batch.release();
        batch = compressed;
    }

    private void writeHeader() {
        int typeBit = timestampType == TimestampType.LOG_APPEND_TIME ? RecordBatch.LOG_APPEND_TIME_BIT : 0;
        new BatchHeader(baseOffset, leaderEpoch, compression.id() | typeBit | kindBits,
                lastOffsetDelta == FROM_RECORDS ? recordCount - 1 : lastOffsetDelta, baseTimestamp,
                maxTimestamp, producerId, producerEpoch, baseSequence, recordCount).writeTo(batch);
    }

    @Override
    public void close() {
        if (batch != null) {
            batch.release();
            batch = null;
        }
    }
}
