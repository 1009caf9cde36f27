package io.millrace.broker.tool;

import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** Reads records of {@code __transaction_state}, as in a folder that Kafka wrote. */
final class TransactionLogDecoder implements RecordDecoder {
    private static final int NEWEST_VALUE = 1;

    @Override
    public Decoded decode(ByteBuf key, ByteBuf value) {
        if (key == null) {
            return new Decoded("a record without a key", null);
        }
        try {
            return new Decoded(read(TransactionLogValue.Key.class, key, 0, "type"),
                    value == null ? null : read(TransactionLogValue.class, value, NEWEST_VALUE, "version"));
        } catch (MalformedMessageException e) {
            return new Decoded("a record that cannot be read (" + e.getMessage() + "): "
                    + ByteBufUtil.hexDump(key), null);
        }
    }

    private static <T extends Record> Object read(
            Class<T> type, ByteBuf bytes, int newest, String discriminator) {
        var in = bytes.duplicate();
        int version = in.readableBytes() < Short.BYTES ? -1 : in.readShort();
        if (version < 0 || version > newest) {
            throw new MalformedMessageException("version " + version + " is not known");
        }
        return MessageTree.typed(discriminator, version, Codec.of(type, version).read(in));
    }
}
