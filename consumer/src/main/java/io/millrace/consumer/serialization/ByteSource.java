package io.millrace.consumer.serialization;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The bytes of one key or value where they arrived. Reused for every record of a consumer, so that deserializing
 * allocates nothing by itself; not thread-safe, and not to be kept by a deserializer beyond its call.
 */
public final class ByteSource {
    private static final int NULL = -1;
    private static final int FIRST_BYTES = 256;
    private static final int MOST_KEPT_BYTES = 64 * 1024;

    private ByteBuf buffer;
    private int start;
    private int length = NULL;
    private byte[] scratch = new byte[FIRST_BYTES];

    /** Shows part of a buffer; a length of -1 is null. */
    public void wrap(ByteBuf bytes, int from, int lengthBytes) {
        buffer = bytes;
        start = from;
        length = lengthBytes;
    }

    /** Whether there is no key or value, which is not the same as an empty one. */
    public boolean isNull() {
        return length == NULL;
    }

    /** How many bytes there are; -1 is null. */
    public int length() {
        return length;
    }

    /** The byte at an index from 0 on. */
    public byte getByte(int index) {
        return buffer.getByte(at(index, Byte.BYTES));
    }

    /** Two bytes, the high one first. */
    public short getShort(int index) {
        return buffer.getShort(at(index, Short.BYTES));
    }

    /** Four bytes, the high one first. */
    public int getInt(int index) {
        return buffer.getInt(at(index, Integer.BYTES));
    }

    /** Eight bytes, the high one first. */
    public long getLong(int index) {
        return buffer.getLong(at(index, Long.BYTES));
    }

    private int at(int index, int sizeBytes) {
        return start + Objects.checkFromIndexSize(index, sizeBytes, Math.max(0, length));
    }

    /** Copies all bytes to an array, from this index of it on. */
    public void copyTo(byte[] array, int index) {
        buffer.getBytes(start, array, index, length);
    }

    /** A copy of the bytes, or null. */
    public byte[] toArray() {
        if (isNull()) {
            return null;
        }
        var bytes = new byte[length];
        copyTo(bytes, 0);
        return bytes;
    }

    /** The bytes as UTF-8 text, or null. */
    public String text() {
        if (isNull()) {
            return null;
        }
        if (length > scratch.length) {
            scratch = new byte[length];
        }
        copyTo(scratch, 0);
        var text = new String(scratch, 0, length, StandardCharsets.UTF_8);
        if (scratch.length > MOST_KEPT_BYTES) {
            scratch = new byte[FIRST_BYTES];
        }
        return text;
    }

    /** Throws {@link IllegalArgumentException} unless there are exactly so many bytes. */
    public void requireLength(int lengthBytes) {
        if (length != lengthBytes) {
            throw new IllegalArgumentException(lengthBytes + " bytes expected, not " + length);
        }
    }
}
