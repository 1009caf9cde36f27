package io.millrace.producer.serialization;

import io.millrace.protocol.record.Headers;

/** The bits of a float, high byte first. */
public final class FloatSerializer implements Serializer<Float> {

    @Override
    public byte[] serialize(String topic, Float data) {
        var sink = new ByteSink();
        serialize(topic, null, data, sink);
        return sink.toArray();
    }

    @Override
    public void serialize(String topic, Headers headers, Float data, ByteSink sink) {
        if (data == null) {
            sink.putNull();
        } else {
            sink.putInt(Float.floatToRawIntBits(data));
        }
    }
}
