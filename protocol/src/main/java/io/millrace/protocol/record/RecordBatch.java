package io.millrace.protocol.record;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * A reusable view of one batch inside a buffer; it owns nothing and trusts nothing beyond its 61-byte header.
 * One thread at a time. Callers check {@link #isWhole} (or know it) before they read past the header.
 * <pre>
 *   0        8        12        16    17    21      23          27             35            43
 *   | base   | length | leader  |magic| CRC | attri-| last off- | base          | max         |
 *   | offset |        | epoch   | = 2 |     | butes | set delta | timestamp     | timestamp   |
 *   43            51         53          57      61
 *   | producer id | producer | base      | count | records, perhaps compressed ...
 *   |             | epoch    | sequence  |       |
 *
 *   length counts from 12; the CRC-32C covers 21 to the end, so offset and epoch may change without it.
 *   attributes: 0-2 codec, 3 log append time, 4 transactional, 5 control, 6 base timestamp is a delete horizon
 * </pre>
 */
public final class RecordBatch {
    public static final int BASE_OFFSET_AT = 0;
    public static final int LENGTH_AT = 8;
    public static final int LEADER_EPOCH_AT = 12;
    public static final int MAGIC_AT = 16;
    public static final int CRC_AT = 17;
    public static final int ATTRIBUTES_AT = 21;
    public static final int LAST_OFFSET_DELTA_AT = 23;
    public static final int BASE_TIMESTAMP_AT = 27;
    public static final int MAX_TIMESTAMP_AT = 35;
    public static final int PRODUCER_ID_AT = 43;
    public static final int PRODUCER_EPOCH_AT = 51;
    public static final int BASE_SEQUENCE_AT = 53;
    public static final int RECORD_COUNT_AT = 57;
    public static final int HEADER_BYTES = 61;
    /** Base offset and length: what precedes the bytes that the length counts. */
    public static final int PREFIX_BYTES = 12;

    public static final byte MAGIC = 2;
    /** A batch holds fewer records than this, so that a log's relative offsets stay within 31 bits. */
    public static final int MOST_RECORDS = 1 << 28;
    public static final long NO_TIMESTAMP = -1;
    public static final long NO_PRODUCER_ID = -1;
    public static final short NO_PRODUCER_EPOCH = -1;
    public static final int NO_SEQUENCE = -1;
    public static final int NO_LEADER_EPOCH = -1;

    static final int CODEC_MASK = 0x07;
    static final int LOG_APPEND_TIME_BIT = 0x08;
    static final int TRANSACTIONAL_BIT = 0x10;
    static final int CONTROL_BIT = 0x20;
    static final int DELETE_HORIZON_BIT = 0x40;

    private final CRC32C crc32c = new CRC32C();
    private ByteBuf buffer;
    private int index;

    /** Looks at the batch that begins at this index of the buffer; indexes do not move, references are not counted. */
    public RecordBatch wrap(ByteBuf buffer, int index) {
        this.buffer = buffer;
        this.index = index;
        return this;
    }

    /** Whether a header and all bytes that it announces lie between the batch's start and {@code endIndex}. */
    public boolean isWhole(int endIndex) {
        long availableBytes = (long) endIndex - index;
        return availableBytes >= HEADER_BYTES
                && batchLength() >= HEADER_BYTES - PREFIX_BYTES
                && PREFIX_BYTES + (long) batchLength() <= availableBytes;
    }

    public ByteBuf buffer() {
        return buffer;
    }

    /** Where the batch begins in its buffer. */
    public int index() {
        return index;
    }

    public long baseOffset() {
        return buffer.getLong(index + BASE_OFFSET_AT);
    }

    /** The length field: the bytes that follow it. */
    public int batchLength() {
        return buffer.getInt(index + LENGTH_AT);
    }

    /** The whole batch with its prefix: what it takes in the log. */
    public int sizeInBytes() {
        return PREFIX_BYTES + batchLength();
    }

    public int partitionLeaderEpoch() {
        return buffer.getInt(index + LEADER_EPOCH_AT);
    }

    public byte magic() {
        return buffer.getByte(index + MAGIC_AT);
    }

    public int crc() {
        return buffer.getInt(index + CRC_AT);
    }

    public short attributes() {
        return buffer.getShort(index + ATTRIBUTES_AT);
    }

    public int lastOffsetDelta() {
        return buffer.getInt(index + LAST_OFFSET_DELTA_AT);
    }

    public long lastOffset() {
        return baseOffset() + lastOffsetDelta();
    }

    public long nextOffset() {
        return lastOffset() + 1;
    }

    /** What record timestamps are relative to; not the first record's if {@link #hasDeleteHorizon}. */
    public long baseTimestamp() {
        return buffer.getLong(index + BASE_TIMESTAMP_AT);
    }

    public long maxTimestamp() {
        return buffer.getLong(index + MAX_TIMESTAMP_AT);
    }

    public long producerId() {
        return buffer.getLong(index + PRODUCER_ID_AT);
    }

    public boolean hasProducerId() {
        return producerId() > NO_PRODUCER_ID;
    }

    public short producerEpoch() {
        return buffer.getShort(index + PRODUCER_EPOCH_AT);
    }

    public int baseSequence() {
        return buffer.getInt(index + BASE_SEQUENCE_AT);
    }

    /** The last record's sequence number; numbers wrap from 2^31-1 to 0. */
    public int lastSequence() {
        int first = baseSequence();
        return first == NO_SEQUENCE ? NO_SEQUENCE : sequencePlus(first, lastOffsetDelta());
    }

    /** The sequence number so many records after this one. */
    public static int sequencePlus(int sequence, int increment) {
        return sequence + increment & Integer.MAX_VALUE;
    }

    public int recordCount() {
        return buffer.getInt(index + RECORD_COUNT_AT);
    }

    /** The codec's id as sent, which need not be known here. */
    public int compressionId() {
        return attributes() & CODEC_MASK;
    }

    public Compression compression() {
        return Compression.of(compressionId());
    }

    public TimestampType timestampType() {
        return (attributes() & LOG_APPEND_TIME_BIT) == 0 ? TimestampType.CREATE_TIME
                : TimestampType.LOG_APPEND_TIME;
    }

    public boolean isTransactional() {
        return (attributes() & TRANSACTIONAL_BIT) != 0;
    }

    public boolean isControl() {
        return (attributes() & CONTROL_BIT) != 0;
    }

    public boolean hasDeleteHorizon() {
        return (attributes() & DELETE_HORIZON_BIT) != 0;
    }

    /** When tombstones of a compacted batch may go, or {@link #NO_TIMESTAMP} (KIP-534). */
    public long deleteHorizonMs() {
        return hasDeleteHorizon() ? baseTimestamp() : NO_TIMESTAMP;
    }

    public void setBaseOffset(long baseOffset) {
        buffer.setLong(index + BASE_OFFSET_AT, baseOffset);
    }

    public void setPartitionLeaderEpoch(int epoch) {
        buffer.setInt(index + LEADER_EPOCH_AT, epoch);
    }

    /** Stamps all records with the leader's clock and makes the CRC good again. */
    public void setLogAppendTime(long timestampMs) {
        setMaxTimestamp(TimestampType.LOG_APPEND_TIME, timestampMs);
    }

    /** Corrects the largest timestamp and its kind; the CRC is computed again only if something changed. */
    public void setMaxTimestamp(TimestampType type, long timestampMs) {
        if (maxTimestamp() == timestampMs && timestampType() == type) {
            return;
        }
        int rest = attributes() & ~LOG_APPEND_TIME_BIT;
        int typeBit = type == TimestampType.LOG_APPEND_TIME ? LOG_APPEND_TIME_BIT : 0;
        buffer.setShort(index + ATTRIBUTES_AT, rest | typeBit);
        buffer.setLong(index + MAX_TIMESTAMP_AT, timestampMs);
        buffer.setInt(index + CRC_AT, computeCrc());
    }

    /** Whether the stored CRC is that of the bytes. Never call it over a mapped file: a fault there kills the JVM. */
    public boolean isCrcValid() {
        return crc() == computeCrc();
    }

    /** The CRC-32C of a whole batch, in place. Uses the buffer's internal NIO view: one thread per buffer. */
    public int computeCrc() {
        int first = index + ATTRIBUTES_AT;
        int lengthBytes = sizeInBytes() - ATTRIBUTES_AT;
        crc32c.reset();
        if (buffer.hasArray()) {
            crc32c.update(buffer.array(), buffer.arrayOffset() + first, lengthBytes);
        } else if (buffer.nioBufferCount() == 1) {
            crc32c.update(buffer.internalNioBuffer(first, lengthBytes));
        } else {
            for (ByteBuffer part : buffer.nioBuffers(first, lengthBytes)) {
                crc32c.update(part);
            }
        }
        return (int) crc32c.getValue();
    }

    @Override
    public String toString() {
        return "RecordBatch[offsets " + baseOffset() + ".." + lastOffset() + ", " + sizeInBytes()
                + " bytes, epoch "
                + partitionLeaderEpoch() + ", " + recordCount() + " records, codec " + compressionId()
                + ", producer " + producerId() + "/" + producerEpoch() + "/" + baseSequence() + "]";
    }
}
