package io.millrace.producer.serialization;

import io.millrace.protocol.record.Headers;
import java.util.UUID;

/** A UUID in its text form, as Kafka's serializer writes it. */
public final class UUIDSerializer implements Serializer<UUID> {

    @Override
    public byte[] serialize(String topic, UUID data) {
        var sink = new ByteSink();
        serialize(topic, null, data, sink);
        return sink.toArray();
    }

    @Override
    public void serialize(String topic, Headers headers, UUID data, ByteSink sink) {
        if (data == null) {
            sink.putNull();
        } else {
            sink.putText(data.toString());
        }
    }
}
