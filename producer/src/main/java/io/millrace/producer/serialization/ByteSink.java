package io.millrace.producer.serialization;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Takes the bytes of one key, value or set of headers. Reused for every record of a thread, so that serializing
 * allocates nothing; not thread-safe, and not to be kept by a serializer beyond its call.
 */
public final class ByteSink {
    private static final int FIRST_BYTES = 256;
    private static final int MOST_KEPT_BYTES = 64 * 1024;
    private static final int NULL = -1;

    private byte[] own = new byte[FIRST_BYTES];
    private byte[] bytes = own;
    private int start;
    private int length;

    /** Forgets what it holds. */
    public void reset() {
        if (own.length > MOST_KEPT_BYTES) {
            own = new byte[FIRST_BYTES];
        }
        bytes = own;
        start = 0;
        length = 0;
    }

    /** The key or value is null, which is not the same as empty. */
    public void putNull() {
        length = NULL;
    }

    /** Takes part of an array as the whole content, without a copy: nobody may change it before the call returns. */
    public void wrap(byte[] array, int from, int lengthBytes) {
        bytes = array;
        start = from;
        length = lengthBytes;
    }

    public void putByte(int value) {
        reserve(Byte.BYTES);
        own[length++] = (byte) value;
    }

    public void putShort(int value) {
        putByte(value >>> Byte.SIZE);
        putByte(value);
    }

    public void putInt(int value) {
        putShort(value >>> Short.SIZE);
        putShort(value);
    }

    public void putLong(long value) {
        putInt((int) (value >>> Integer.SIZE));
        putInt((int) value);
    }

    /** Appends part of an array. */
    public void put(byte[] array, int from, int lengthBytes) {
        reserve(lengthBytes);
        System.arraycopy(array, from, own, length, lengthBytes);
        length += lengthBytes;
    }

    /** Appends what lies between the buffer's position and limit, which do not move. */
    public void put(ByteBuffer buffer) {
        int lengthBytes = buffer.remaining();
        reserve(lengthBytes);
        buffer.get(buffer.position(), own, length, lengthBytes);
        length += lengthBytes;
    }

    /** Appends text as UTF-8; a surrogate without its other half becomes a question mark, as the JDK has it. */
    public void putText(String text) {
        int count = text.length();
        reserve(Math.multiplyExact(3, count));
        int at = length;
        for (int i = 0; i < count; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                own[at++] = (byte) c;
            } else if (c < 0x800) {
                own[at++] = (byte) (0xc0 | c >>> 6);
                own[at++] = (byte) (0x80 | c & 0x3f);
            } else if (!Character.isSurrogate(c)) {
                own[at++] = (byte) (0xe0 | c >>> 12);
                own[at++] = (byte) (0x80 | c >>> 6 & 0x3f);
                own[at++] = (byte) (0x80 | c & 0x3f);
            } else if (Character.isHighSurrogate(c) && i + 1 < count
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                at = putPair(Character.toCodePoint(c, text.charAt(++i)), at);
            } else {
                own[at++] = '?';
            }
        }
        length = at;
    }

    private int putPair(int codePoint, int at) {
        own[at] = (byte) (0xf0 | codePoint >>> 18);
        own[at + 1] = (byte) (0x80 | codePoint >>> 12 & 0x3f);
        own[at + 2] = (byte) (0x80 | codePoint >>> 6 & 0x3f);
        own[at + 3] = (byte) (0x80 | codePoint & 0x3f);
        return at + 4;
    }

    private void reserve(int moreBytes) {
        if (bytes != own) {
            throw new IllegalStateException("a wrapped array is the whole content");
        }
        int needed = Math.addExact(length, moreBytes);
        if (needed > own.length) {
            own = Arrays.copyOf(own,
                    Math.max(needed, own.length <= Integer.MAX_VALUE / 2 ? 2 * own.length : needed));
            bytes = own;
        }
    }

    /** The array that holds the bytes, from {@link #start} on. */
    public byte[] array() {
        return bytes;
    }

    public int start() {
        return start;
    }

    /** How many bytes it holds; -1 is null. */
    public int length() {
        return length;
    }

    public boolean isNull() {
        return length == NULL;
    }

    /** A copy of the bytes, or null. */
    public byte[] toArray() {
        return isNull() ? null : Arrays.copyOfRange(bytes, start, start + length);
    }
}
