package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;

/**
 * Variable-length integers: seven bits a byte, lowest first, the top bit set on all but the last.
 * Signed ones are zig-zag coded. An overlong or truncated one is a {@link MalformedMessageException}.
 */
public final class Varint {
    private static final int MAX_INT_BYTES = 5;
    private static final int MAX_LONG_BYTES = 10;

    private Varint() {}

    public static int readUnsigned(ByteBuf in) {
        int value = 0;
        for (int shift = 0; shift < 7 * MAX_INT_BYTES; shift += 7) {
            if (!in.isReadable()) {
                throw new MalformedMessageException("truncated varint");
            }
            byte b = in.readByte();
            value |= (b & 0x7f) << shift;
            if (b >= 0) {
                if (shift == 28 && (b & 0xf0) != 0) {
                    throw new MalformedMessageException("varint overflows 32 bits");
                }
                return value;
            }
        }
        throw new MalformedMessageException("varint longer than 5 bytes");
    }

    public static int readSigned(ByteBuf in) {
        int raw = readUnsigned(in);
        return (raw >>> 1) ^ -(raw & 1);
    }

    public static long readSignedLong(ByteBuf in) {
        long value = 0;
        for (int shift = 0; shift < 7 * MAX_LONG_BYTES; shift += 7) {
            if (!in.isReadable()) {
                throw new MalformedMessageException("truncated varlong");
            }
            byte b = in.readByte();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                if (shift == 63 && b > 1) {
                    throw new MalformedMessageException("varlong overflows 64 bits");
                }
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw new MalformedMessageException("varlong longer than 10 bytes");
    }

    public static void writeUnsigned(ByteBuf out, int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.writeByte(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    public static void writeSigned(ByteBuf out, int value) {
        writeUnsigned(out, (value << 1) ^ (value >> 31));
    }

    public static void writeSignedLong(ByteBuf out, long value) {
        long rest = (value << 1) ^ (value >> 63);
        while ((rest & ~0x7fL) != 0) {
            out.writeByte((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    public static int sizeOfUnsigned(int value) {
        return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
    }

    public static int sizeOfSigned(int value) {
        return sizeOfUnsigned((value << 1) ^ (value >> 31));
    }

    public static int sizeOfSignedLong(long value) {
        return (70 - Long.numberOfLeadingZeros((value << 1) ^ (value >> 63) | 1)) / 7;
    }
}
