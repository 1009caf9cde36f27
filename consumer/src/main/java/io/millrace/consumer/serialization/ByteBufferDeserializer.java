package io.millrace.consumer.serialization;

import io.millrace.protocol.record.Headers;
import java.nio.ByteBuffer;

/** Bytes as they are, in a buffer of their own. */
public final class ByteBufferDeserializer implements Deserializer<ByteBuffer> {

    @Override
    public ByteBuffer deserialize(String topic, byte[] data) {
        return data == null ? null : ByteBuffer.wrap(data);
    }

    @Override
    public ByteBuffer deserialize(String topic, Headers headers, ByteSource data) {
        return deserialize(topic, data.toArray());
    }
}
