package io.millrace.consumer.serialization;

import io.millrace.protocol.record.Headers;
import io.netty.buffer.Unpooled;

/** A float, high byte first. Other lengths are an IllegalArgumentException. */
public final class FloatDeserializer implements Deserializer<Float> {

    @Override
    public Float deserialize(String topic, byte[] data) {
        if (data == null) {
            return null;
        }
        var source = new ByteSource();
        source.wrap(Unpooled.wrappedBuffer(data), 0, data.length);
        return deserialize(topic, null, source);
    }

    @Override
    public Float deserialize(String topic, Headers headers, ByteSource data) {
        if (data.isNull()) {
            return null;
        }
        data.requireLength(Float.BYTES);
        return Float.intBitsToFloat(data.getInt(0));
    }
}
