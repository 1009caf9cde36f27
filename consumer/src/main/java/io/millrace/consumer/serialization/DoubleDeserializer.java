package io.millrace.consumer.serialization;

import io.millrace.protocol.record.Headers;
import io.netty.buffer.Unpooled;

/** A double, high byte first. Other lengths are an IllegalArgumentException. */
public final class DoubleDeserializer implements Deserializer<Double> {

    @Override
    public Double deserialize(String topic, byte[] data) {
        if (data == null) {
            return null;
        }
        var source = new ByteSource();
        source.wrap(Unpooled.wrappedBuffer(data), 0, data.length);
        return deserialize(topic, null, source);
    }

    @Override
    public Double deserialize(String topic, Headers headers, ByteSource data) {
        if (data.isNull()) {
            return null;
        }
        data.requireLength(Double.BYTES);
        return Double.longBitsToDouble(data.getLong(0));
    }
}
