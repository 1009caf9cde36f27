package io.millrace.consumer.serialization;

import io.millrace.protocol.record.Headers;

/** Bytes as they are, in an array of their own. */
public final class ByteArrayDeserializer implements Deserializer<byte[]> {

    @Override
    public byte[] deserialize(String topic, byte[] data) {
        return data;
    }

    @Override
    public byte[] deserialize(String topic, Headers headers, ByteSource data) {
        return data.toArray();
    }
}
