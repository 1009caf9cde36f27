package io.millrace.protocol.transport;

import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.FieldReader;
import io.millrace.protocol.wire.MalformedMessageException;
import io.millrace.protocol.wire.Varint;
import io.netty.buffer.ByteBuf;

/**
 * What comes before every response body; its form depends on the request that it answers.
 * <pre>
 * | correlation id 4 | tagged fields (header version 1 only) |
 * </pre>
 */
public record ResponseHeader(int correlationId) {

    public static ResponseHeader read(ByteBuf in, ApiKey apiKey, int version) {
        if (in.readableBytes() < Integer.BYTES) {
            throw new MalformedMessageException("truncated response header");
        }
        int correlationId = in.readInt();
        if (apiKey.responseHeaderVersion(version) >= 1) {
            var reader = new FieldReader();
            reader.wrap(in, true);
            reader.skipTags();
        }
        return new ResponseHeader(correlationId);
    }

    public void write(ByteBuf out, ApiKey apiKey, int version) {
        out.writeInt(correlationId);
        if (apiKey.responseHeaderVersion(version) >= 1) {
            Varint.writeUnsigned(out, 0);
        }
    }
}
