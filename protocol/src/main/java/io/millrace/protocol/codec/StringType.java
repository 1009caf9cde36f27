package io.millrace.protocol.codec;

import io.millrace.protocol.wire.DecodeBudget;
import io.millrace.protocol.wire.LengthPrefix;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/** Text in UTF-8, at most 32767 bytes. */
record StringType(LengthPrefix prefix, boolean nullable) implements FieldType {
    private static final int MAX_BYTES = Short.MAX_VALUE;

    @Override
    public Object read(ByteBuf in, DecodeBudget budget) {
        int length = prefix.read(in, nullable, 1);
        if (length <= 0) {
            return length == 0 ? "" : null;
        }
        if (length > MAX_BYTES) {
            throw new MalformedMessageException("string of " + length + " bytes is too long");
        }
        budget.string(length);
        return in.readString(length, StandardCharsets.UTF_8);
    }

    @Override
    public void write(Object value, ByteBuf out) {
        if (value == null) {
            prefix.writeNull(out);
            return;
        }
        var text = (String) value;
        int length = ByteBufUtil.utf8Bytes(text);
        if (length > MAX_BYTES) {
            throw new IllegalArgumentException("string of " + length + " bytes is too long");
        }
        prefix.write(out, length);
        ByteBufUtil.writeUtf8(out, text);
    }

    @Override
    public int minSizeBytes() {
        return prefix.minSizeBytes();
    }

    @Override
    public Object parse(String text) {
        return text;
    }

    @Override
    public Object zero() {
        return "";
    }
}
