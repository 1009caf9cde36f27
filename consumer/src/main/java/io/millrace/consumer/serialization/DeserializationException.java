package io.millrace.consumer.serialization;

import io.millrace.protocol.cluster.TopicPartition;

/**
 * A record that a deserializer refuses. The position stays before it, so that every poll fails with it until somebody
 * seeks past its offset.
 */
public final class DeserializationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient TopicPartition topicPartition;
    private final long offset;

    /** The reason is the deserializer's own. */
    public DeserializationException(TopicPartition topicPartition, long offset, RuntimeException cause) {
        super("the record at offset " + offset + " of " + topicPartition + " cannot be deserialized: "
                + cause.getMessage() + "; seek past it to go on", cause);
        this.topicPartition = topicPartition;
        this.offset = offset;
    }

    /** Where the record is. */
    public TopicPartition topicPartition() {
        return topicPartition;
    }

    /** The record's offset. */
    public long offset() {
        return offset;
    }
}
