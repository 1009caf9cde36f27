package io.millrace.protocol.codec;

import io.millrace.protocol.wire.DecodeBudget;
import io.millrace.protocol.wire.MalformedMessageException;
import io.millrace.protocol.wire.Varint;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * A record in one version: its untagged fields in order, then, in a flexible version, the tagged fields (KIP-482).
 * <pre>
 * | field | field | ... | number of tagged fields | tag | size in bytes | field | tag | size | field | ... |
 *                       '---- flexible only, unsigned varints ------'
 * </pre>
 * One that may be null has a byte in front: -1 for null, 1 for a value.
 */
final class RecordType implements FieldType {
    private static final int NULL = -1;
    private static final int PRESENT = 1;

    private final Field[] untagged;
    private final Field[] tagged;
    private final Field[] absent;
    private final boolean nullable;
    private final boolean flexible;
    private final Object[] defaults;
    private final MethodHandle constructor;
    private final int minSizeBytes;

    /** The constructor has the type (Object[])Object; tagged fields ascend by tag. */
    RecordType(
            boolean nullable,
            boolean flexible,
            List<Field> untagged,
            List<Field> tagged,
            List<Field> absent,
            MethodHandle constructor) {
        this.untagged = untagged.toArray(Field[]::new);
        this.tagged = tagged.toArray(Field[]::new);
        this.absent = absent.toArray(Field[]::new);
        this.nullable = nullable;
        this.flexible = flexible;
        this.constructor = constructor;
        this.defaults = new Object[untagged.size() + tagged.size() + absent.size()];
        for (var fields : List.of(untagged, tagged, absent)) {
            for (var field : fields) {
                defaults[field.index()] = field.defaultValue();
            }
        }
        int fieldsBytes = untagged.stream().mapToInt(field -> field.type().minSizeBytes()).sum();
        minSizeBytes = nullable ? 1 : fieldsBytes + (flexible ? 1 : 0);
    }

    @Override
    public Object read(ByteBuf in, DecodeBudget budget) {
        if (nullable && isNull(in)) {
            return null;
        }
        budget.record(defaults.length);
        var values = defaults.clone();
        for (var field : untagged) {
            values[field.index()] = field.read(in, budget);
        }
        if (flexible) {
            readTagged(in, values, budget);
        }
        return create(values);
    }

    @Override
    public void write(Object value, ByteBuf out) {
        if (nullable) {
            out.writeByte(value == null ? NULL : PRESENT);
        }
        if (value == null) {
            return;
        }
        for (var field : untagged) {
            field.write(value, out);
        }
        for (var field : absent) {
            field.requireDroppable(value);
        }
        if (flexible) {
            writeTagged(value, out);
        }
    }

    @Override
    public boolean nullable() {
        return nullable;
    }

    @Override
    public int minSizeBytes() {
        return minSizeBytes;
    }

    @Override
    public Object parse(String text) {
        throw new IllegalArgumentException("the default of a record is null or all defaults, not " + text);
    }

    @Override
    public Object zero() {
        return create(defaults.clone());
    }

    private static boolean isNull(ByteBuf in) {
        if (!in.isReadable()) {
            throw new MalformedMessageException("truncated");
        }
        return in.readByte() < 0;
    }

    private void readTagged(ByteBuf in, Object[] values, DecodeBudget budget) {
        int count = Varint.readUnsigned(in);
        for (int i = 0; i != count; i++) {
            int tag = Varint.readUnsigned(in);
            int size = Varint.readUnsigned(in);
            if (size < 0 || size > in.readableBytes()) {
                throw new MalformedMessageException("tagged field of " + size + " bytes is truncated");
            }
            int end = in.readerIndex() + size;
            var field = fieldWithTag(tag);
            if (field == null) {
                in.readerIndex(end);
            } else {
                values[field.index()] = field.read(in, budget);
                if (in.readerIndex() != end) {
                    throw new MalformedMessageException(
                            field.name() + ": not of the size that its tag announced");
                }
            }
        }
    }

    private void writeTagged(Object value, ByteBuf out) {
        int count = 0;
        for (var field : tagged) {
            count += field.isDefaultIn(value) ? 0 : 1;
        }
        Varint.writeUnsigned(out, count);
        if (count == 0) {
            return;
        }
        var body = out.alloc().heapBuffer();
        try {
            for (var field : tagged) {
                if (!field.isDefaultIn(value)) {
                    body.clear();
                    field.write(value, body);
                    Varint.writeUnsigned(out, field.tag());
                    Varint.writeUnsigned(out, body.readableBytes());
                    out.writeBytes(body);
                }
            }
        } finally {
            body.release();
        }
    }

    private Field fieldWithTag(int tag) {
        for (var field : tagged) {
            if (field.tag() == tag) {
                return field;
            }
        }
        return null;
    }

    /** Makes a record of defaults and looks at each component, here and in nested records: links all handles. */
    void warm() {
        var zero = zero();
        for (var fields : List.of(untagged, tagged, absent)) {
            for (var field : fields) {
                field.isDefaultIn(zero);
                var type = field.type() instanceof ListType list ? list.element() : field.type();
                if (type instanceof RecordType nested) {
                    nested.warm();
                }
            }
        }
    }

    private Object create(Object[] values) {
        try {
            return (Object) constructor.invokeExact(values);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("constructor failed", e);
        }
    }
}
