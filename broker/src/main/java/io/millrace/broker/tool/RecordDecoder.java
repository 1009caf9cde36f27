package io.millrace.broker.tool;

import io.netty.buffer.ByteBuf;

/** Turns the bytes of a record's key and value into what a person reads: text, a number, or a map to nest. */
interface RecordDecoder {

    /** What a record says; either may be null, which is then not shown. */
    record Decoded(Object key, Object value) {}

    /** The buffers are null where the record has none. Never fails: bytes that make no sense are shown as such. */
    Decoded decode(ByteBuf key, ByteBuf value);
}
