package io.millrace.producer.batch;

import io.millrace.protocol.cluster.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the callers what became of the records that they sent to one partition; their failures are their own. */
public record Destination(TopicPartition partition) {
    private static final Logger LOG = LoggerFactory.getLogger(Destination.class);

    void acknowledge(Delivery delivery, long offset, long timestampMs, int keyBytes, int valueBytes) {
        try {
            delivery.acknowledged(partition, offset, timestampMs, keyBytes, valueBytes);
        } catch (RuntimeException e) {
            LOG.error("The callback of a record in {} failed", partition, e);
        }
    }

    void fail(Delivery delivery, RuntimeException failure) {
        try {
            delivery.failed(partition, failure);
        } catch (RuntimeException e) {
            LOG.error("The callback of a record for {} failed", partition, e);
        }
    }
}
