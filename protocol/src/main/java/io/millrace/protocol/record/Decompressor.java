package io.millrace.protocol.record;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;

/**
 * Expands one compressed region after another, piece by piece, so that its caller decides how much memory a region
 * may take. Owned by one cursor; closing it frees native state. Bytes that do not decode are a
 * {@link io.millrace.protocol.wire.MalformedMessageException}.
 */
interface Decompressor extends AutoCloseable {
    /** Pieces of codecs without blocks of their own. */
    int CHUNK_BYTES = 64 * 1024;

    /** Begins a new region: the bytes between position and limit of a direct buffer, whose position then moves. */
    void open(ByteBuffer source);

    /** How many bytes the next {@link #read} may write at most; 0 at the end of the region. */
    int nextBytes();

    /** Appends the next piece, for which {@link #nextBytes} bytes are writable, to a direct buffer. */
    void read(ByteBuf out);

    @Override
    void close();
}
