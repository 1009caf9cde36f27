package io.millrace.producer.serialization;

import io.millrace.protocol.record.Headers;

/** A 32-bit number, high byte first. */
public final class IntegerSerializer implements Serializer<Integer> {

    @Override
    public byte[] serialize(String topic, Integer data) {
        var sink = new ByteSink();
        serialize(topic, null, data, sink);
        return sink.toArray();
    }

    @Override
    public void serialize(String topic, Headers headers, Integer data, ByteSink sink) {
        if (data == null) {
            sink.putNull();
        } else {
            sink.putInt(data);
        }
    }
}
