package io.millrace.consumer.serialization;

import io.millrace.protocol.record.Headers;
import io.netty.buffer.Unpooled;
import java.util.UUID;

/** A UUID in its text form, as Kafka's serializer writes it. */
public final class UUIDDeserializer implements Deserializer<UUID> {

    @Override
    public UUID deserialize(String topic, byte[] data) {
        if (data == null) {
            return null;
        }
        var source = new ByteSource();
        source.wrap(Unpooled.wrappedBuffer(data), 0, data.length);
        return deserialize(topic, null, source);
    }

    @Override
    public UUID deserialize(String topic, Headers headers, ByteSource data) {
        return data.isNull() ? null : UUID.fromString(data.text());
    }
}
