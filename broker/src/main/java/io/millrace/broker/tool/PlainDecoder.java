package io.millrace.broker.tool;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/** Shows keys and values that are single values: text by default, or what the command line names. */
record PlainDecoder(Function<ByteBuf, Object> key, Function<ByteBuf, Object> value) implements RecordDecoder {
    private static final Map<String, Function<ByteBuf, Object>> KINDS = Map.of(
            "string", PlainDecoder::text,
            "long", in -> in.readableBytes() == Long.BYTES ? in.getLong(in.readerIndex()) : misfit(in),
            "integer", in -> in.readableBytes() == Integer.BYTES ? in.getInt(in.readerIndex()) : misfit(in),
            "default", in -> in.toString(UTF_8),
            "hex", ByteBufUtil::hexDump);

    /**
     * The function of a name: one of ours, or Kafka's class of that purpose with or without its package.
     * {@link IllegalArgumentException} with the choices for any other.
     */
    static Function<ByteBuf, Object> named(String name) {
        var simple = name.substring(name.lastIndexOf('.') + 1);
        var kind = simple.endsWith("Decoder")
                ? simple.substring(0, simple.length() - "Decoder".length())
                : simple;
        var function = KINDS.get(kind.toLowerCase(Locale.ROOT));
        if (function == null) {
            throw new IllegalArgumentException("There is no decoder " + name
                    + ": use string, long, integer or hex (or Kafka's StringDecoder, LongDecoder, IntegerDecoder)");
        }
        return function;
    }

    private static Object text(ByteBuf in) {
        return in.toString(UTF_8);
    }

    private static Object misfit(ByteBuf in) {
        return "0x" + ByteBufUtil.hexDump(in);
    }

    @Override
    public Decoded decode(ByteBuf keyBytes, ByteBuf valueBytes) {
        return new Decoded(keyBytes == null ? null : key.apply(keyBytes),
                valueBytes == null ? null : value.apply(valueBytes));
    }
}
