package io.millrace.producer.serialization;

import io.millrace.protocol.record.Headers;
import java.nio.ByteBuffer;

/** What lies between a buffer's position and limit, which do not move. */
public final class ByteBufferSerializer implements Serializer<ByteBuffer> {

    @Override
    public byte[] serialize(String topic, ByteBuffer data) {
        var sink = new ByteSink();
        serialize(topic, null, data, sink);
        return sink.toArray();
    }

    @Override
    public void serialize(String topic, Headers headers, ByteBuffer data, ByteSink sink) {
        if (data == null) {
            sink.putNull();
        } else {
            sink.put(data);
        }
    }
}
