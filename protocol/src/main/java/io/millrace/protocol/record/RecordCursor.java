package io.millrace.protocol.record;

import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;

/**
 * Walks the records of one batch after another without an object per record, expanding compressed ones as it goes.
 * Indexes are into {@link #buffer} and hold until the next record. One thread; {@link #close} frees native memory.
 * <pre>
 *   | length | attributes (1) | timestamp delta | offset delta | key length | key | value length | value
 *   | header count | { key length | key | value length | value } ... |       lengths, deltas: zig-zag varints, -1 is null
 * </pre>
 */
public final class RecordCursor implements AutoCloseable {
    private static final int LONGEST_VARINT_BYTES = 5;
    private static final int SHORTEST_RECORD_BYTES = 6;
    private static final int NULL_LENGTH = -1;

    private final ExpandedRecords expanded;
    private RecordLimits limits;
    private boolean isCompressed;
    private long baseOffset;
    private long baseTimestamp;
    private long logAppendTime;
    private boolean isLogAppendTime;
    private int recordCount;

    private ByteBuf buffer;
    private int position;
    private int limit;
    private int index;

    private int end;
    private int sizeInBytes;
    private long timestampDelta;
    private int offsetDelta;
    private int bodyIndex;
    private int keyIndex;
    private int keyLength;
    private int valueIndex;
    private int valueLength;
    private int headerCount;

    private int headersLeft;
    private int headerPosition;
    private int headerKeyIndex;
    private int headerKeyLength;
    private int headerValueIndex;
    private int headerValueLength;

    public RecordCursor(ByteBufAllocator allocator) {
        expanded = new ExpandedRecords(allocator);
    }

    /** Goes before the first record of a whole batch with a known codec. */
    public RecordCursor open(RecordBatch batch, RecordLimits limits) {
        this.limits = limits;
        baseOffset = batch.baseOffset();
        baseTimestamp = batch.baseTimestamp();
        isLogAppendTime = batch.timestampType() == TimestampType.LOG_APPEND_TIME;
        logAppendTime = batch.maxTimestamp();
        recordCount = batch.recordCount();
        isCompressed = batch.compressionId() != Compression.NONE.id();
        index = -1;
        if (isCompressed) {
            expanded.open(batch, limits.maxExpandedBytes());
            buffer = expanded.window();
            position = 0;
            limit = 0;
        } else {
            buffer = batch.buffer();
            position = batch.index() + RecordBatch.HEADER_BYTES;
            limit = batch.index() + batch.sizeInBytes();
        }
        return this;
    }

    /** Goes before a later record of an uncompressed batch, whose records before it were seen otherwise. */
    void skipTo(int recordIndex, int recordPosition) {
        index = recordIndex - 1;
        position = recordPosition;
    }

    /**
     * Goes to the next record; false after the last. Records that break the format, that do not end where the batch
     * does, or that exceed the limits are a {@link MalformedMessageException}.
     */
    public boolean next() {
        if (index + 1 >= recordCount) {
            if (position != limit || isCompressed && expandMore()) {
                throw new MalformedMessageException("bytes after the last of " + recordCount + " records");
            }
            return false;
        }
        index++;
        if (isCompressed) {
            bringWholeRecord();
        }
        readRecord();
        return true;
    }

    private void bringWholeRecord() {
        bringBytes(LONGEST_VARINT_BYTES);
        int start = position;
        int length = readVarint();
        long neededBytes = (long) length + (position - start);
        position = start;
        if (length > limits.maxRecordBytes()) {
            throw new MalformedMessageException("record of " + length + " bytes is beyond the limit of "
                    + limits.maxRecordBytes());
        }
        bringBytes(neededBytes);
    }

    /** Fewer at the end of the records. */
    private void bringBytes(long lengthBytes) {
        boolean isMore = true;
        while (isMore && limit - position < lengthBytes) {
            isMore = expandMore();
        }
    }

    private boolean expandMore() {
        boolean isMore = expanded.fill(position);
        position = 0;
        limit = buffer.writerIndex();
        return isMore;
    }

    private void readRecord() {
        int start = position;
        if (limit - start >= Long.BYTES && readPlain(start)) {
            return;
        }
        int length = readVarint();
        setEnd(position, length);
        sizeInBytes = end - start;
        position++;
        timestampDelta = readVarlong();
        offsetDelta = readVarint();
        bodyIndex = position;
        keyLength = readVarint();
        keyIndex = position;
        skip(keyLength);
        valueLength = readVarint();
        valueIndex = position;
        skip(valueLength);
        headerCount = readVarint();
        headersLeft = headerCount;
        headerPosition = position;
        if (headerCount != 0) {
            skipHeaders();
        }
        if (position != end) {
            throw new MalformedMessageException("record length does not match its fields");
        }
    }

    /** Reads a record of the form that {@link PlainRecords} knows in three accesses; leaves any other alone: false. */
    private boolean readPlain(int start) {
        long head = buffer.getLongLE(start);
        int lengthBytes = PlainRecords.bytesOf(head);
        int last = start + lengthBytes + PlainRecords.valueOf(head);
        long timestamp = lengthBytes == 1 ? head >>> 16 : head >>> 24;
        long offset = PlainRecords.next(timestamp);
        long key = PlainRecords.next(offset);
        int keyBytes = PlainRecords.valueOf(key);
        int body = start + lengthBytes + 1 + PlainRecords.bytesOf(timestamp) + PlainRecords.bytesOf(offset);
        int valueAt = body + 1 + Math.max(keyBytes, 0);
        if (!PlainRecords.isHeadPlain(head, timestamp, offset, key) || keyBytes < NULL_LENGTH || last > limit
                || valueAt > last - Short.BYTES) {
            return false;
        }
        int value = buffer.getShortLE(valueAt);
        int valueBytes = PlainRecords.valueOf(value);
        if (!PlainRecords.isEndPlain(buffer, value, valueAt, last)) {
            return false;
        }
        timestampDelta = PlainRecords.valueOf(timestamp);
        offsetDelta = PlainRecords.valueOf(offset);
        bodyIndex = body;
        keyIndex = body + 1;
        keyLength = keyBytes;
        valueIndex = valueAt + PlainRecords.bytesOf(value);
        valueLength = valueBytes;
        headerCount = 0;
        headersLeft = 0;
        end = last;
        position = last;
        headerPosition = last;
        sizeInBytes = last - start;
        return true;
    }

    private void setEnd(int start, int length) {
        if (length < SHORTEST_RECORD_BYTES || length > limit - start) {
            throw new MalformedMessageException("record of " + length + " bytes overruns its batch");
        }
        end = start + length;
    }

    private static int unZigZag(int raw) {
        return (raw >>> 1) ^ -(raw & 1);
    }

    /** Every header takes two bytes or more, so a lying count ends at the record's end. */
    private void skipHeaders() {
        if (headerCount < 0 || headerCount > end - position >>> 1) {
            throw new MalformedMessageException("record with " + headerCount + " headers");
        }
        for (int i = 0; i < headerCount; i++) {
            int length = readVarint();
            if (length < 0) {
                throw new MalformedMessageException("header without a key");
            }
            skip(length);
            skip(readVarint());
        }
    }

    private void skip(int length) {
        if (length < NULL_LENGTH || length > end - position) {
            throw new MalformedMessageException("field of " + length + " bytes overruns its record");
        }
        position += Math.max(length, 0);
    }

    private int readVarint() {
        if (position < limit) {
            int first = buffer.getByte(position);
            if (first >= 0) {
                position++;
                return unZigZag(first);
            }
        }
        return readLongerVarint();
    }

    private int readLongerVarint() {
        int raw = 0;
        for (int shift = 0; shift < 7 * LONGEST_VARINT_BYTES; shift += 7) {
            int b = nextByte();
            raw |= (b & 0x7f) << shift;
            if (b >= 0) {
                if (shift == 28 && (b & 0xf0) != 0) {
                    break;
                }
                return unZigZag(raw);
            }
        }
        throw new MalformedMessageException("varint overflows 32 bits");
    }

    private long readVarlong() {
        long raw = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            long b = nextByte();
            raw |= (b & 0x7f) << shift;
            if (b >= 0) {
                if (shift == 63 && b > 1) {
                    break;
                }
                return (raw >>> 1) ^ -(raw & 1);
            }
        }
        throw new MalformedMessageException("varlong overflows 64 bits");
    }

    private byte nextByte() {
        if (position >= limit) {
            throw new MalformedMessageException("truncated record");
        }
        return buffer.getByte(position++);
    }

    /** Which record of the batch this is, from 0. */
    public int index() {
        return index;
    }

    public int offsetDelta() {
        return offsetDelta;
    }

    public long offset() {
        return baseOffset + offsetDelta;
    }

    public long timestamp() {
        return isLogAppendTime ? logAppendTime : baseTimestamp + timestampDelta;
    }

    /** The record with its length field, expanded. */
    public int sizeInBytes() {
        return sizeInBytes;
    }

    /** Holds key, value and headers at the indexes given here; not for keeps. */
    public ByteBuf buffer() {
        return buffer;
    }

    /** Where the part begins that does not depend on the batch: key, value and headers with their lengths. */
    int bodyIndex() {
        return bodyIndex;
    }

    int bodyLength() {
        return position - bodyIndex;
    }

    public boolean hasKey() {
        return keyLength >= 0;
    }

    public int keyIndex() {
        return keyIndex;
    }

    /** -1 for no key. */
    public int keyLength() {
        return keyLength;
    }

    public boolean hasValue() {
        return valueLength >= 0;
    }

    public int valueIndex() {
        return valueIndex;
    }

    /** -1 for no value: a tombstone. */
    public int valueLength() {
        return valueLength;
    }

    public int headerCount() {
        return headerCount;
    }

    /** Goes to the record's next header; false after the last. */
    public boolean nextHeader() {
        if (headersLeft == 0) {
            return false;
        }
        headersLeft--;
        int afterRecord = position;
        position = headerPosition;
        headerKeyLength = readVarint();
        headerKeyIndex = position;
        position += headerKeyLength;
        headerValueLength = readVarint();
        headerValueIndex = position;
        headerPosition = position + Math.max(headerValueLength, 0);
        position = afterRecord;
        return true;
    }

    public int headerKeyIndex() {
        return headerKeyIndex;
    }

    public int headerKeyLength() {
        return headerKeyLength;
    }

    public int headerValueIndex() {
        return headerValueIndex;
    }

    /** -1 for no value. */
    public int headerValueLength() {
        return headerValueLength;
    }

    /** Gives back what an unusually large batch took; the current record is gone. */
    public void trim() {
        expanded.trim();
    }

    /** Releases what it holds; it may be opened again. */
    @Override
    public void close() {
        expanded.close();
    }
}
