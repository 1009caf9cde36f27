package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;

/** The length or count in front of a string, a byte string or an array; null is a length of -1. */
public enum LengthPrefix {
    /** Two bytes, signed. */
    INT16,
    /** Four bytes, signed. */
    INT32,
    /** An unsigned varint of the length plus one, so that zero is null. */
    COMPACT;

    private static final int NULL = -1;

    /** Reads a length and checks that so many units of at least {@code unitBytes} can follow; -1 is null. */
    public int read(ByteBuf in, boolean nullable, int unitBytes) {
        int length = read(in);
        if (length == NULL) {
            if (!nullable) {
                throw new MalformedMessageException("null is not allowed");
            }
        } else if (length < 0 || (long) length * unitBytes > in.readableBytes()) {
            throw new MalformedMessageException(
                    "length " + length + ", but " + in.readableBytes() + " bytes are left");
        }
        return length;
    }

    /** Writes a length; {@link #INT16} holds at most 32767, more is an {@link IllegalArgumentException}. */
    public void write(ByteBuf out, int length) {
        if (this == INT16 && length > Short.MAX_VALUE) {
            throw new IllegalArgumentException("length " + length + " does not fit into 16 bits");
        }
        switch (this) {
            case INT16 -> out.writeShort(length);
            case INT32 -> out.writeInt(length);
            case COMPACT -> Varint.writeUnsigned(out, length + 1);
        }
    }

    public void writeNull(ByteBuf out) {
        write(out, NULL);
    }

    public int minSizeBytes() {
        return switch (this) {
            case INT16 -> Short.BYTES;
            case INT32 -> Integer.BYTES;
            case COMPACT -> 1;
        };
    }

    private int read(ByteBuf in) {
        if (in.readableBytes() < minSizeBytes()) {
            throw new MalformedMessageException("truncated");
        }
        return switch (this) {
            case INT16 -> in.readShort();
            case INT32 -> in.readInt();
            case COMPACT -> Varint.readUnsigned(in) - 1;
        };
    }
}
