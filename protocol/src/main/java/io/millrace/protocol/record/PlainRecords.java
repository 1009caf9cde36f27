package io.millrace.protocol.record;

import io.netty.buffer.ByteBuf;

/**
 * Checks runs of plain records, those of an uncompressed batch that have no headers, small numbers and nothing wrong, in
 * three accesses to the buffer each. It stops at the first other record, which is left to the cursor. One thread.
 */
final class PlainRecords {
    private static final int NULL_LENGTH = -1;
    /** The top bit of a varint's byte: another follows. */
    private static final long CONTINUED = 0x80;

    private int position;
    private int index;
    private long largestDelta;
    private int largestDeltaIndex;

    /**
     * Goes as far as it can from the batch's first record, over records whose timestamp delta is in a range. All state
     * is in locals until the end, so that the compiler keeps the buffer's address and bounds in registers.
     */
    void pass(RecordBatch batch, boolean isKeyRequired, long lowestDelta, long highestDelta) {
        ByteBuf buffer = batch.buffer();
        int recordCount = batch.recordCount();
        int limit = batch.index() + batch.sizeInBytes();
        int at = batch.index() + RecordBatch.HEADER_BYTES;
        int seen = 0;
        long largest = Long.MIN_VALUE;
        int largestIndex = 0;
        int leastKeyBytes = isKeyRequired ? 0 : NULL_LENGTH;
        while (seen < recordCount && limit - at >= Long.BYTES) {
            long head = buffer.getLongLE(at);
            int lengthBytes = bytesOf(head);
            int end = at + lengthBytes + valueOf(head);
            long timestamp = lengthBytes == 1 ? head >>> 16 : head >>> 24;
            long offset = next(timestamp);
            long key = next(offset);
            long delta = valueOf(timestamp);
            int keyBytes = valueOf(key);
            int valueLengthAt = at + lengthBytes + bytesOf(timestamp) + bytesOf(offset) + 2
                    + Math.max(keyBytes, 0);
            if (!isHeadPlain(head, timestamp, offset, key)
                    || keyBytes < leastKeyBytes || valueOf(offset) != seen || delta < lowestDelta
                    || delta > highestDelta || end > limit || !isEndPlain(buffer, valueLengthAt, end)) {
                break;
            }
            if (delta > largest) {
                largest = delta;
                largestIndex = seen;
            }
            at = end;
            seen++;
        }
        position = at;
        index = seen;
        largestDelta = largest;
        largestDeltaIndex = largestIndex;
    }

    /** Whether the numbers before the key are short, that of the key's length one byte. */
    static boolean isHeadPlain(long head, long timestamp, long offset, long key) {
        return ((head & head >>> 8 | timestamp & timestamp >>> 8 | offset & offset >>> 8 | key)
                & CONTINUED) == 0;
    }

    private static boolean isEndPlain(ByteBuf buffer, int valueLengthAt, int end) {
        return valueLengthAt <= end - Short.BYTES
                && isEndPlain(buffer, buffer.getShortLE(valueLengthAt), valueLengthAt, end);
    }

    /** Whether a value, whose length begins these two bytes, and no headers lie exactly between the two. */
    static boolean isEndPlain(ByteBuf buffer, int value, int valueLengthAt, int end) {
        int headersAt = valueLengthAt + bytesOf(value) + Math.max(valueOf(value), 0);
        return (value & value >>> 8 & CONTINUED) == 0 && valueOf(value) >= NULL_LENGTH && headersAt == end - 1
                && buffer.getByte(headersAt) == 0;
    }

    /** What follows a varint of at most two bytes. */
    static long next(long bytes) {
        return (bytes & CONTINUED) == 0 ? bytes >>> 8 : bytes >>> 16;
    }

    static int bytesOf(long bytes) {
        return (bytes & CONTINUED) == 0 ? 1 : 2;
    }

    /** The number in a varint of at most two bytes. */
    static int valueOf(long bytes) {
        return unZigZag(
                (bytes & CONTINUED) == 0 ? (int) bytes & 0x7f : (int) (bytes & 0x7f | bytes >>> 1 & 0x3f80));
    }

    private static int unZigZag(int raw) {
        return (raw >>> 1) ^ -(raw & 1);
    }

    /** Where the first record begins that was not passed, or the batch's end. */
    int position() {
        return position;
    }

    /** How many records were passed. */
    int count() {
        return index;
    }

    /** The largest timestamp delta of those, if any. */
    long largestDelta() {
        return largestDelta;
    }

    int largestDeltaIndex() {
        return largestDeltaIndex;
    }
}
