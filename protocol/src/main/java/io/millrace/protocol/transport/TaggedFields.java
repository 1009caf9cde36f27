package io.millrace.protocol.transport;

import io.millrace.protocol.wire.MalformedMessageException;
import io.millrace.protocol.wire.Varint;
import io.netty.buffer.ByteBuf;

/** The tagged fields of a header, of which none is known so far. */
final class TaggedFields {
    private TaggedFields() {}

    static void skip(ByteBuf in) {
        int count = Varint.readUnsigned(in);
        if (count < 0 || count > in.readableBytes() / 2) {
            throw new MalformedMessageException("more tagged fields than bytes");
        }
        for (int i = 0; i < count; i++) {
            Varint.readUnsigned(in);
            int size = Varint.readUnsigned(in);
            if (size < 0 || size > in.readableBytes()) {
                throw new MalformedMessageException("tagged field of " + size + " bytes is truncated");
            }
            in.skipBytes(size);
        }
    }
}
