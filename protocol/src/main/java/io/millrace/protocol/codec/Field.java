package io.millrace.protocol.codec;

import io.millrace.protocol.wire.DecodeBudget;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandle;
import java.util.Objects;

/**
 * One component of a record in one version: where it comes from, its type, and what stands for it when absent.
 * The accessor has the erased type (Object)Object; the index is the component's place in the record.
 */
record Field(
        int index,
        String name,
        MethodHandle accessor,
        FieldType type,
        Object defaultValue,
        boolean ignorable,
        int tag) {

    static final int UNTAGGED = -1;

    Object read(ByteBuf in, DecodeBudget budget) {
        try {
            return type.read(in, budget);
        } catch (MalformedMessageException e) {
            throw new MalformedMessageException(name + ": " + e.getMessage());
        }
    }

    void write(Object owner, ByteBuf out) {
        Object value = valueIn(owner);
        if (value == null && !type.nullable()) {
            throw new IllegalArgumentException(name + ": null is not allowed");
        }
        try {
            type.write(value, out);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
    }

    /** For a component that the version does not carry: throws unless its value may be dropped. */
    void requireDroppable(Object owner) {
        if (!ignorable && !isDefaultIn(owner)) {
            throw new IllegalArgumentException(name + ": the version cannot carry " + valueIn(owner));
        }
    }

    boolean isDefaultIn(Object owner) {
        return Objects.equals(valueIn(owner), defaultValue);
    }

    private Object valueIn(Object owner) {
        try {
            return (Object) accessor.invokeExact(owner);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("accessor of " + name + " failed", e);
        }
    }
}
