package io.millrace.producer.serialization;

import io.millrace.protocol.record.Headers;

/** A 64-bit number, high byte first. */
public final class LongSerializer implements Serializer<Long> {

    @Override
    public byte[] serialize(String topic, Long data) {
        var sink = new ByteSink();
        serialize(topic, null, data, sink);
        return sink.toArray();
    }

    @Override
    public void serialize(String topic, Headers headers, Long data, ByteSink sink) {
        if (data == null) {
            sink.putNull();
        } else {
            sink.putLong(data);
        }
    }
}
