package io.millrace.protocol.codec;

import io.millrace.protocol.wire.DecodeBudget;
import io.netty.buffer.ByteBuf;

/** How the values of one type look on the wire in one version. Immutable, used by any thread. */
interface FieldType {

    /** Reads one value; throws {@link io.millrace.protocol.wire.MalformedMessageException} on anything else. */
    Object read(ByteBuf in, DecodeBudget budget);

    /** Writes a value that is null only if {@link #nullable()}; throws {@link IllegalArgumentException}. */
    void write(Object value, ByteBuf out);

    /** Fewest bytes that a value takes: bounds an array's count before memory is set aside for it. */
    int minSizeBytes();

    /** The value that {@link Default} gives as text; "null" never comes here. */
    Object parse(String text);

    /** The value of an absent component without {@link Default}. */
    Object zero();

    default boolean nullable() {
        return false;
    }
}
