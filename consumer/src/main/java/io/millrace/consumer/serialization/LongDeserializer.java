package io.millrace.consumer.serialization;

import io.millrace.protocol.record.Headers;
import io.netty.buffer.Unpooled;

/** A 64-bit number, high byte first. Other lengths are an IllegalArgumentException. */
public final class LongDeserializer implements Deserializer<Long> {

    @Override
    public Long deserialize(String topic, byte[] data) {
        if (data == null) {
            return null;
        }
        var source = new ByteSource();
        source.wrap(Unpooled.wrappedBuffer(data), 0, data.length);
        return deserialize(topic, null, source);
    }

    @Override
    public Long deserialize(String topic, Headers headers, ByteSource data) {
        if (data.isNull()) {
            return null;
        }
        data.requireLength(Long.BYTES);
        return data.getLong(0);
    }
}
