package io.millrace.broker.request;

import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.Codec;
import io.netty.buffer.ByteBuf;

/**
 * Encodes whole response frames:
 *
 * <pre>
 * | length 4 | correlation id 4 | tagged fields: one zero byte if flexible | body |
 * </pre>
 */
public final class ResponseFrame {
    private static final int LENGTH_BYTES = 4;
    private static final int FIRST_CAPACITY = 256;

    private ResponseFrame() {}

    public static <R extends ApiMessage> ByteBuf encode(Exchange exchange, Codec<R> codec, R body) {
        var out = exchange.allocator().directBuffer(FIRST_CAPACITY);
        try {
            begin(exchange, out);
            codec.write(body, out);
            end(out);
            return out;
        } catch (RuntimeException e) {
            out.release();
            throw e;
        }
    }

    /** Writes the header, its length still open. */
    public static void begin(Exchange exchange, ByteBuf out) {
        out.writeInt(0);
        out.writeInt(exchange.correlationId());
        if (exchange.api().responseHeaderVersion(exchange.version()) > 0) {
            out.writeByte(0);
        }
    }

    /** Fills in the length of a frame that lies whole in {@code out}. */
    public static void end(ByteBuf out) {
        out.setInt(0, out.readableBytes() - LENGTH_BYTES);
    }
}
