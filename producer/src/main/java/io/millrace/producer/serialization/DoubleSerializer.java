package io.millrace.producer.serialization;

import io.millrace.protocol.record.Headers;

/** The bits of a double, high byte first. */
public final class DoubleSerializer implements Serializer<Double> {

    @Override
    public byte[] serialize(String topic, Double data) {
        var sink = new ByteSink();
        serialize(topic, null, data, sink);
        return sink.toArray();
    }

    @Override
    public void serialize(String topic, Headers headers, Double data, ByteSink sink) {
        if (data == null) {
            sink.putNull();
        } else {
            sink.putLong(Double.doubleToRawLongBits(data));
        }
    }
}
