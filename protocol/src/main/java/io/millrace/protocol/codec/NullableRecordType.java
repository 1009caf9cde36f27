package io.millrace.protocol.codec;

import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;

/** A nested record that may be null: one byte, -1 for null and 1 for a value, then the record. */
record NullableRecordType(RecordType type) implements FieldType {
    private static final int NULL = -1;
    private static final int PRESENT = 1;

    @Override
    public Object read(ByteBuf in) {
        if (!in.isReadable()) {
            throw new MalformedMessageException("truncated");
        }
        return in.readByte() < 0 ? null : type.read(in);
    }

    @Override
    public void write(Object value, ByteBuf out) {
        out.writeByte(value == null ? NULL : PRESENT);
        if (value != null) {
            type.write(value, out);
        }
    }

    @Override
    public int minSizeBytes() {
        return 1;
    }

    @Override
    public Object parse(String text) {
        return type.parse(text);
    }

    @Override
    public Object zero() {
        return type.zero();
    }

    @Override
    public boolean nullable() {
        return true;
    }
}
