package io.millrace.producer;

import java.util.Map;

/**
 * Sees every record before it is sent, and what becomes of it. What an interceptor throws is logged and has no effect.
 * One that is named in the settings needs a constructor without parameters.
 */
public interface ProducerInterceptor<K, V> extends AutoCloseable {

    /** The settings of the producer, before the first record. */
    default void configure(Map<String, String> settings) {}

    /** The record to be sent in place of this one; called by the thread that sends. */
    ProducerRecord<K, V> onSend(ProducerRecord<K, V> record);

    /** One of the two is null. Called by the producer's thread, which must not be blocked, before the callback. */
    default void onAcknowledgement(RecordMetadata metadata, Exception failure) {}

    @Override
    default void close() {}
}
