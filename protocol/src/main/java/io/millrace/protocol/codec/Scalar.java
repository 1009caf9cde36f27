package io.millrace.protocol.codec;

import io.millrace.protocol.wire.DecodeBudget;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.MalformedMessageException;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** A type of a fixed size, big-endian; its minimum size is its size. */
record Scalar(
        int minSizeBytes,
        Object zero,
        Function<ByteBuf, Object> reader,
        BiConsumer<ByteBuf, Object> writer,
        Function<String, Object> parser) implements FieldType {

    private static final Scalar BOOLEAN = new Scalar(
            1, false, ByteBuf::readBoolean, (out, value) -> out.writeBoolean((Boolean) value),
            Boolean::valueOf);
    private static final Scalar INT8 = new Scalar(
            1, (byte) 0, ByteBuf::readByte, (out, value) -> out.writeByte((Byte) value), Byte::valueOf);
    private static final Scalar INT16 = new Scalar(
            2, (short) 0, ByteBuf::readShort, (out, value) -> out.writeShort((Short) value), Short::valueOf);
    private static final Scalar INT32 = new Scalar(
            4, 0, ByteBuf::readInt, (out, value) -> out.writeInt((Integer) value), Integer::valueOf);
    private static final Scalar INT64 = new Scalar(
            8, 0L, ByteBuf::readLong, (out, value) -> out.writeLong((Long) value), Long::valueOf);
    private static final Scalar FLOAT64 = new Scalar(
            8, 0.0, ByteBuf::readDouble, (out, value) -> out.writeDouble((Double) value), Double::valueOf);
    private static final Scalar UUID = new Scalar(
            16, Uuid.ZERO, Scalar::readUuid, (out, value) -> writeUuid(out, (Uuid) value), Uuid::parse);
    private static final Scalar ERROR_CODE = new Scalar(
            2,
            ErrorCode.NONE,
            in -> ErrorCode.of(in.readShort()),
            (out, value) -> out.writeShort(((ErrorCode) value).code()),
            ErrorCode::valueOf);

    /** The scalar of a component's Java type, or null if it is none. */
    static Scalar of(Class<?> type) {
        if (type == int.class || type == Integer.class) {
            return INT32;
        }
        if (type == long.class || type == Long.class) {
            return INT64;
        }
        if (type == short.class || type == Short.class) {
            return INT16;
        }
        if (type == byte.class || type == Byte.class) {
            return INT8;
        }
        if (type == boolean.class || type == Boolean.class) {
            return BOOLEAN;
        }
        if (type == double.class || type == Double.class) {
            return FLOAT64;
        }
        if (type == Uuid.class) {
            return UUID;
        }
        return type == ErrorCode.class ? ERROR_CODE : null;
    }

    @Override
    public Object read(ByteBuf in, DecodeBudget budget) {
        if (in.readableBytes() < minSizeBytes) {
            throw new MalformedMessageException("truncated");
        }
        if (this == UUID) {
            budget.uuid();
        }
        return reader.apply(in);
    }

    @Override
    public void write(Object value, ByteBuf out) {
        writer.accept(out, value);
    }

    @Override
    public Object parse(String text) {
        return parser.apply(text);
    }

    private static Uuid readUuid(ByteBuf in) {
        long mostSignificantBits = in.readLong();
        long leastSignificantBits = in.readLong();
        boolean zero = (mostSignificantBits | leastSignificantBits) == 0;
        return zero ? Uuid.ZERO : new Uuid(mostSignificantBits, leastSignificantBits);
    }

    private static void writeUuid(ByteBuf out, Uuid value) {
        out.writeLong(value.mostSignificantBits());
        out.writeLong(value.leastSignificantBits());
    }
}
