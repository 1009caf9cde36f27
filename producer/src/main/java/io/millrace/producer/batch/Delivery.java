package io.millrace.producer.batch;

import io.millrace.protocol.cluster.TopicPartition;

/** Is told what became of one record, once, on the producer's thread. */
public interface Delivery {

    /**
     * The record is in the log, as far as acks asks for. The offset is -1 if it is not known; the timestamp is the
     * one in the log; the size of a key or value that is null is -1.
     */
    void acknowledged(TopicPartition partition, long offset, long timestampMs, int keyBytes, int valueBytes);

    /** The record is not, or perhaps not, in the log. */
    void failed(TopicPartition partition, RuntimeException failure);
}
