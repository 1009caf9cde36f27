package io.millrace.consumer.serialization;

import io.millrace.protocol.record.Headers;

/** For keys or values that are of no interest: always null. */
public final class VoidDeserializer implements Deserializer<Void> {

    @Override
    public Void deserialize(String topic, byte[] data) {
        return null;
    }

    @Override
    public Void deserialize(String topic, Headers headers, ByteSource data) {
        return null;
    }
}
