package io.millrace.producer;

import io.millrace.producer.batch.Delivery;
import io.millrace.protocol.cluster.TopicPartition;
import java.util.concurrent.CompletableFuture;

/** The future of one record; one object for both its ends. Completed on the producer's thread. */
final class SendFuture extends CompletableFuture<RecordMetadata> implements Delivery {

    @Override
    public void acknowledged(TopicPartition partition, long offset, long timestampMs, int keyBytes,
            int valueBytes) {
        complete(new RecordMetadata(partition, offset, timestampMs, keyBytes, valueBytes));
    }

    @Override
    public void failed(TopicPartition partition, RuntimeException failure) {
        completeExceptionally(failure);
    }
}
