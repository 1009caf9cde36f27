package io.millrace.producer.serialization;

import io.millrace.protocol.record.Headers;

/** A 16-bit number, high byte first. */
public final class ShortSerializer implements Serializer<Short> {

    @Override
    public byte[] serialize(String topic, Short data) {
        var sink = new ByteSink();
        serialize(topic, null, data, sink);
        return sink.toArray();
    }

    @Override
    public void serialize(String topic, Headers headers, Short data, ByteSink sink) {
        if (data == null) {
            sink.putNull();
        } else {
            sink.putShort(data);
        }
    }
}
