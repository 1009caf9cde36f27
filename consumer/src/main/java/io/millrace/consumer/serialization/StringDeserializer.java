package io.millrace.consumer.serialization;

import io.millrace.protocol.record.Headers;
import java.nio.charset.StandardCharsets;

/** UTF-8 as text; bytes that are not UTF-8 become replacement characters. */
public final class StringDeserializer implements Deserializer<String> {

    @Override
    public String deserialize(String topic, byte[] data) {
        return data == null ? null : new String(data, StandardCharsets.UTF_8);
    }

    @Override
    public String deserialize(String topic, Headers headers, ByteSource data) {
        return data.text();
    }
}
