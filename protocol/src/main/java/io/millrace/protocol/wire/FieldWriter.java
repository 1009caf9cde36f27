package io.millrace.protocol.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** Appends the fields of one message in order, for codecs written by hand. Reused; owned by one thread. */
public final class FieldWriter {
    private ByteBuf out;
    private boolean flexible;

    public void wrap(ByteBuf out, boolean flexible) {
        this.out = out;
        this.flexible = flexible;
    }

    public void int8(int value) {
        out.writeByte(value);
    }

    public void int16(int value) {
        out.writeShort(value);
    }

    public void int32(int value) {
        out.writeInt(value);
    }

    public void int64(long value) {
        out.writeLong(value);
    }

    public void uuid(Uuid value) {
        out.writeLong(value.mostSignificantBits());
        out.writeLong(value.leastSignificantBits());
    }

    /** The count of an array, or the length of a byte string; -1 is null. */
    public void count(int count) {
        (flexible ? LengthPrefix.COMPACT : LengthPrefix.INT32).write(out, count);
    }

    public void text(String value) {
        int length = ByteBufUtil.utf8Bytes(value);
        if (length > Short.MAX_VALUE) {
            throw new IllegalArgumentException("string of " + length + " bytes is too long");
        }
        textPrefix().write(out, length);
        ByteBufUtil.writeUtf8(out, value);
    }

    public void nullableText(String value) {
        if (value == null) {
            textPrefix().writeNull(out);
        } else {
            text(value);
        }
    }

    /** Ends a structure, announcing so many tagged fields. */
    public void tagCount(int count) {
        if (flexible) {
            Varint.writeUnsigned(out, count);
        }
    }

    public void noTags() {
        tagCount(0);
    }

    /** Begins a tagged field, whose value of so many bytes follows. */
    public void tag(int tag, int sizeBytes) {
        Varint.writeUnsigned(out, tag);
        Varint.writeUnsigned(out, sizeBytes);
    }

    /** The size of a text, or of null, in a flexible version: what a tag must announce. */
    public static int compactSizeBytes(String text) {
        if (text == null) {
            return 1;
        }
        int length = ByteBufUtil.utf8Bytes(text);
        return Varint.sizeOfUnsigned(length + 1) + length;
    }

    private LengthPrefix textPrefix() {
        return flexible ? LengthPrefix.COMPACT : LengthPrefix.INT16;
    }
}
