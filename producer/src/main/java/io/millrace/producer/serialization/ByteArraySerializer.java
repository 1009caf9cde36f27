package io.millrace.producer.serialization;

import io.millrace.protocol.record.Headers;

/** Bytes as they are, taken without a copy. */
public final class ByteArraySerializer implements Serializer<byte[]> {

    @Override
    public byte[] serialize(String topic, byte[] data) {
        var sink = new ByteSink();
        serialize(topic, null, data, sink);
        return sink.toArray();
    }

    @Override
    public void serialize(String topic, Headers headers, byte[] data, ByteSink sink) {
        if (data == null) {
            sink.putNull();
        } else {
            sink.wrap(data, 0, data.length);
        }
    }
}
