package io.millrace.producer.batch;

import java.nio.ByteBuffer;

/** Zig-zag varints at given positions of a buffer that several threads write to, each in its own place. */
final class Varints {
    private Varints() {}

    static int sizeOf(long value) {
        return (70 - Long.numberOfLeadingZeros(value << 1 ^ value >> 63 | 1)) / 7;
    }

    /** Answers the position behind the value. */
    static int put(ByteBuffer out, int position, long value) {
        int at = position;
        long rest = value << 1 ^ value >> 63;
        while ((rest & ~0x7fL) != 0) {
            out.put(at++, (byte) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.put(at++, (byte) rest);
        return at;
    }

    /** The value at a position; the next one is {@link #sizeOf} bytes further. */
    static long get(ByteBuffer in, int position) {
        long raw = 0;
        int at = position;
        int shift = 0;
        byte b;
        do {
            b = in.get(at++);
            raw |= (long) (b & 0x7f) << shift;
            shift += 7;
        } while (b < 0);
        return raw >>> 1 ^ -(raw & 1);
    }
}
