package io.millrace.consumer;

import io.millrace.consumer.position.OffsetAndMetadata;
import io.millrace.protocol.cluster.TopicPartition;
import java.util.Map;

/**
 * Sees what is polled and committed, on the polling thread. Its failures are logged and change nothing. Needs a
 * constructor without parameters.
 */
public interface ConsumerInterceptor<K, V> extends AutoCloseable {

    /** The settings of the consumer, before the first record. */
    default void configure(Map<String, String> settings) {}

    /** The records that poll returns, or others in their place. */
    ConsumerRecords<K, V> onConsume(ConsumerRecords<K, V> records);

    /** Offsets that have been committed. */
    void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets);

    @Override
    default void close() {}
}
