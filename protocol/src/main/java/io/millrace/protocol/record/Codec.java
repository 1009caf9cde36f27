package io.millrace.protocol.record;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/** What a compression type can do; its class is loaded at the first use, so its library may be absent. */
interface Codec {
    /** Appends the compressed bytes of a source, between position and limit, to a direct buffer. */
    void compress(ByteBuffer source, int level, ByteBuf out);

    Decompressor newDecompressor();
}
