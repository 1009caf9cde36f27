package io.millrace.protocol.codec;

import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.DecodeBudget;
import io.millrace.protocol.wire.LengthPrefix;
import io.netty.buffer.ByteBuf;

/** A byte string behind its length. */
record BytesType(LengthPrefix prefix, boolean nullable) implements FieldType {

    @Override
    public Object read(ByteBuf in, DecodeBudget budget) {
        int length = prefix.read(in, nullable, 1);
        if (length < 0) {
            return null;
        }
        budget.bytes(length);
        return Bytes.read(in, length);
    }

    @Override
    public void write(Object value, ByteBuf out) {
        if (value == null) {
            prefix.writeNull(out);
            return;
        }
        var bytes = (Bytes) value;
        prefix.write(out, bytes.length());
        bytes.writeTo(out);
    }

    @Override
    public int minSizeBytes() {
        return prefix.minSizeBytes();
    }

    @Override
    public Object parse(String text) {
        return Bytes.utf8(text);
    }

    @Override
    public Object zero() {
        return Bytes.EMPTY;
    }
}
