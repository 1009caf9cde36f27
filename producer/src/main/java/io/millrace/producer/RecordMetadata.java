package io.millrace.producer;

import io.millrace.protocol.cluster.TopicPartition;

/**
 * Where a record is in the log. The offset is -1 with acks=0, and for a duplicate too old for the broker to place; the
 * timestamp is the one in the log, in milliseconds; the size of a key or value that is null is -1.
 */
public record RecordMetadata(TopicPartition topicPartition, long offset, long timestamp,
        int serializedKeySize,
        int serializedValueSize) {

    /** The topic's name. */
    public String topic() {
        return topicPartition.topic();
    }

    /** The partition's number. */
    public int partition() {
        return topicPartition.partition();
    }

    /** Whether the broker said where the record is. */
    public boolean hasOffset() {
        return offset >= 0;
    }

    @Override
    public String toString() {
        return topicPartition + "@" + offset;
    }
}
