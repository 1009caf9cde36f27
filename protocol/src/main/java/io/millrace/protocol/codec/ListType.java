package io.millrace.protocol.codec;

import io.millrace.protocol.wire.DecodeBudget;
import io.millrace.protocol.wire.LengthPrefix;
import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** An array: its count, then its elements, none of them null. */
record ListType(LengthPrefix prefix, boolean nullable, FieldType element) implements FieldType {

    @Override
    public Object read(ByteBuf in, DecodeBudget budget) {
        int count = prefix.read(in, nullable, Math.max(1, element.minSizeBytes()));
        if (count <= 0) {
            return count == 0 ? List.of() : null;
        }
        budget.list(count, element instanceof Scalar);
        var elements = new Object[count];
        for (int i = 0; i < count; i++) {
            elements[i] = element.read(in, budget);
        }
        return Collections.unmodifiableList(Arrays.asList(elements));
    }

    @Override
    public void write(Object value, ByteBuf out) {
        if (value == null) {
            prefix.writeNull(out);
            return;
        }
        var list = (List<?>) value;
        prefix.write(out, list.size());
        for (int i = 0, count = list.size(); i < count; i++) {
            Object next = list.get(i);
            if (next == null) {
                throw new IllegalArgumentException("element " + i + " is null");
            }
            element.write(next, out);
        }
    }

    @Override
    public int minSizeBytes() {
        return prefix.minSizeBytes();
    }

    @Override
    public Object parse(String text) {
        throw new IllegalArgumentException("the default of a list is null or empty, not " + text);
    }

    @Override
    public Object zero() {
        return List.of();
    }
}
