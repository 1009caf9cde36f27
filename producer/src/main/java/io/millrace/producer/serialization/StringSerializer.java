package io.millrace.producer.serialization;

import io.millrace.protocol.record.Headers;

/** Text as UTF-8. */
public final class StringSerializer implements Serializer<String> {

    @Override
    public byte[] serialize(String topic, String data) {
        var sink = new ByteSink();
        serialize(topic, null, data, sink);
        return sink.toArray();
    }

    @Override
    public void serialize(String topic, Headers headers, String data, ByteSink sink) {
        if (data == null) {
            sink.putNull();
        } else {
            sink.putText(data);
        }
    }
}
