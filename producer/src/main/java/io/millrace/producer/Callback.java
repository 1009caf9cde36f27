package io.millrace.producer;

import io.millrace.producer.batch.Delivery;
import io.millrace.protocol.cluster.TopicPartition;

/**
 * Is told once what became of a record, on the producer's one thread: it must not block. Callbacks of one partition
 * come in the order of its records. One that overrides {@link #acknowledged} spares itself the metadata object.
 */
@FunctionalInterface
public interface Callback extends Delivery {

    /** One of the two is null. A failure is an ApiException, whose error code says what happened, or a ConnectionFailure. */
    void onCompletion(RecordMetadata metadata, Exception failure);

    @Override
    default void acknowledged(TopicPartition partition, long offset, long timestampMs, int keyBytes,
            int valueBytes) {
        onCompletion(new RecordMetadata(partition, offset, timestampMs, keyBytes, valueBytes), null);
    }

    @Override
    default void failed(TopicPartition partition, RuntimeException failure) {
        onCompletion(null, failure);
    }
}
