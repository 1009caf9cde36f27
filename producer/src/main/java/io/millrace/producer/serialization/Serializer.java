package io.millrace.producer.serialization;

import io.millrace.protocol.record.Headers;
import java.util.Map;

/**
 * Turns the keys or the values of records into bytes. Called by every thread that sends, several at a time. One that
 * is named in the settings needs a constructor without parameters.
 */
@FunctionalInterface
public interface Serializer<T> extends AutoCloseable {

    /** The settings of the producer, before the first record. */
    default void configure(Map<String, String> settings, boolean isKey) {}

    /** The bytes of a key or value, either of which may be null. */
    byte[] serialize(String topic, T data);

    /** The bytes of a key or value; the record's headers may be read and added to. */
    default byte[] serialize(String topic, Headers headers, T data) {
        return serialize(topic, data);
    }

    /** Writes the same bytes to a sink. A serializer that overrides this need not allocate anything per record. */
    default void serialize(String topic, Headers headers, T data, ByteSink sink) {
        byte[] bytes = serialize(topic, headers, data);
        if (bytes == null) {
            sink.putNull();
        } else {
            sink.wrap(bytes, 0, bytes.length);
        }
    }

    @Override
    default void close() {}
}
