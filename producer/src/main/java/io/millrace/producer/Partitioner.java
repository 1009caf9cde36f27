package io.millrace.producer;

import io.millrace.protocol.cluster.ClusterView;
import java.util.Map;

/**
 * Chooses the partitions of records that name none. Called by every thread that sends, several at a time. One that is
 * named in the settings needs a constructor without parameters.
 */
@FunctionalInterface
public interface Partitioner extends AutoCloseable {

    /** The settings of the producer, before the first record. */
    default void configure(Map<String, String> settings) {}

    /**
     * The partition: from 0 on and below the topic's number of partitions, which the view knows. Any of key, value and
     * their bytes may be null.
     */
    int partition(String topic, Object key, byte[] keyBytes, Object value, byte[] valueBytes,
            ClusterView cluster);

    @Override
    default void close() {}
}
