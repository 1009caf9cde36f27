package io.millrace.consumer.serialization;

import io.millrace.protocol.record.Headers;
import java.util.Map;

/**
 * Turns bytes into the keys or the values of records. Called by the thread that polls, one record after another. One
 * that is named in the settings needs a constructor without parameters.
 */
@FunctionalInterface
public interface Deserializer<T> extends AutoCloseable {

    /** The settings of the consumer, before the first record. */
    default void configure(Map<String, String> settings, boolean isKey) {}

    /** The key or value in these bytes, which are null for a key or value that is null. */
    T deserialize(String topic, byte[] data);

    /** The key or value in these bytes; the record's headers may be read. */
    default T deserialize(String topic, Headers headers, byte[] data) {
        return deserialize(topic, data);
    }

    /**
     * The key or value in these bytes, which lie where they arrived. A deserializer that overrides this need not
     * allocate more than the object itself. The headers are null if the record has none.
     */
    default T deserialize(String topic, Headers headers, ByteSource data) {
        return deserialize(topic, headers == null ? new Headers() : headers, data.toArray());
    }

    @Override
    default void close() {}
}
