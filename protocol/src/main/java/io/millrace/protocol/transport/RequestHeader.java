package io.millrace.protocol.transport;

import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.FieldReader;
import io.millrace.protocol.wire.LengthPrefix;
import io.millrace.protocol.wire.MalformedMessageException;
import io.millrace.protocol.wire.Varint;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.nio.charset.StandardCharsets;

/**
 * What comes before every request body. The version may be one that is not spoken here; the client id may be null.
 * <pre>
 * | api key 2 | version 2 | correlation id 4 | length 2, client id | tagged fields (header version 2 only) |
 * </pre>
 */
public record RequestHeader(ApiKey apiKey, short version, int correlationId, String clientId) {
    private static final int MIN_BYTES = 8;

    /** Reads a header; an API that is not spoken here, of unknown form, is a {@link MalformedMessageException}. */
    public static RequestHeader read(ByteBuf in) {
        if (in.readableBytes() < MIN_BYTES) {
            throw new MalformedMessageException("truncated request header");
        }
        short code = in.readShort();
        short version = in.readShort();
        int correlationId = in.readInt();
        var apiKey = ApiKey.of(code);
        if (apiKey == null) {
            throw new MalformedMessageException("unknown API key " + code);
        }
        int length = LengthPrefix.INT16.read(in, true, 1);
        String clientId = length < 0 ? null : in.readString(length, StandardCharsets.UTF_8);
        if (apiKey.requestHeaderVersion(version) >= 2) {
            var reader = new FieldReader();
            reader.wrap(in, true);
            reader.skipTags();
        }
        return new RequestHeader(apiKey, version, correlationId, clientId);
    }

    public void write(ByteBuf out) {
        out.writeShort(apiKey.code());
        out.writeShort(version);
        out.writeInt(correlationId);
        if (clientId == null) {
            LengthPrefix.INT16.writeNull(out);
        } else {
            LengthPrefix.INT16.write(out, ByteBufUtil.utf8Bytes(clientId));
            ByteBufUtil.writeUtf8(out, clientId);
        }
        if (apiKey.requestHeaderVersion(version) >= 2) {
            Varint.writeUnsigned(out, 0);
        }
    }
}
