package io.millrace.protocol.record;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * What the header of a batch says apart from its length and CRC, which follow from the bytes behind it. The attributes
 * are those drawn at {@link RecordBatch}. Immutable.
 */
public record BatchHeader(
        long baseOffset,
        int leaderEpoch,
        int attributes,
        int lastOffsetDelta,
        long baseTimestamp,
        long maxTimestamp,
        long producerId,
        short producerEpoch,
        int baseSequence,
        int recordCount) {

    private static final int INITIAL_BYTES = 1024;

    /** Writes the header into the room at the start of a buffer that holds nothing but a whole batch. */
    public void writeTo(ByteBuf batch) {
        int start = batch.readerIndex();
        batch.setLong(start + RecordBatch.BASE_OFFSET_AT, baseOffset);
        batch.setInt(start + RecordBatch.LENGTH_AT, batch.readableBytes() - RecordBatch.PREFIX_BYTES);
        batch.setInt(start + RecordBatch.LEADER_EPOCH_AT, leaderEpoch);
        batch.setByte(start + RecordBatch.MAGIC_AT, RecordBatch.MAGIC);
        batch.setShort(start + RecordBatch.ATTRIBUTES_AT, attributes);
        batch.setInt(start + RecordBatch.LAST_OFFSET_DELTA_AT, lastOffsetDelta);
        batch.setLong(start + RecordBatch.BASE_TIMESTAMP_AT, baseTimestamp);
        batch.setLong(start + RecordBatch.MAX_TIMESTAMP_AT, maxTimestamp);
        batch.setLong(start + RecordBatch.PRODUCER_ID_AT, producerId);
        batch.setShort(start + RecordBatch.PRODUCER_EPOCH_AT, producerEpoch);
        batch.setInt(start + RecordBatch.BASE_SEQUENCE_AT, baseSequence);
        batch.setInt(start + RecordBatch.RECORD_COUNT_AT, recordCount);
        batch.setInt(start + RecordBatch.CRC_AT, new RecordBatch().wrap(batch, start).computeCrc());
    }

    /** A new buffer with room for a header and, compressed, the records that lie behind such room in a direct one. */
    public static ByteBuf compress(ByteBuf plain, Compression compression, int level,
            ByteBufAllocator allocator) {
        int recordBytes = plain.readableBytes() - RecordBatch.HEADER_BYTES;
        ByteBuf compressed = allocator.directBuffer(INITIAL_BYTES).writeZero(RecordBatch.HEADER_BYTES);
        try {
            compression.codec().compress(
                    plain.nioBuffer(plain.readerIndex() + RecordBatch.HEADER_BYTES, recordBytes), level,
                    compressed);
        } catch (RuntimeException e) {
            compressed.release();
            throw e;
        }
        return compressed;
    }
}
