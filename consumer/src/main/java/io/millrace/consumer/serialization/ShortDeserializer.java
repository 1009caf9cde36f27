package io.millrace.consumer.serialization;

import io.millrace.protocol.record.Headers;
import io.netty.buffer.Unpooled;

/** A 16-bit number, high byte first. Other lengths are an IllegalArgumentException. */
public final class ShortDeserializer implements Deserializer<Short> {

    @Override
    public Short deserialize(String topic, byte[] data) {
        if (data == null) {
            return null;
        }
        var source = new ByteSource();
        source.wrap(Unpooled.wrappedBuffer(data), 0, data.length);
        return deserialize(topic, null, source);
    }

    @Override
    public Short deserialize(String topic, Headers headers, ByteSource data) {
        if (data.isNull()) {
            return null;
        }
        data.requireLength(Short.BYTES);
        return data.getShort(0);
    }
}
