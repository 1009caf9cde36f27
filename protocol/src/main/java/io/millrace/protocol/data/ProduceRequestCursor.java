package io.millrace.protocol.data;

import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * Walks one Produce request in place in its frame. {@link #wrap} checks the whole structure, so the walk that
 * follows cannot fail half-way. Reused; owned by one connection, which keeps the frame while it walks.
 * <pre>
 * while (request.nextTopic()) { while (request.nextPartition()) { append(request.partition(), request.records()); } }
 * </pre>
 */
public final class ProduceRequestCursor {
    private static final int FIRST_VERSION_WITH_TOPIC_IDS = 13;
    private static final int MIN_TOPIC_BYTES = 3;
    private static final int MIN_PARTITION_BYTES = 6;

    private final FieldReader reader = new FieldReader();
    private ByteBuf frame;
    private int version;
    private String transactionalId;
    private short acks;
    private int timeoutMs;
    private int topicsPosition;
    private int topicCount;
    private int partitionCount;

    private int topicsLeft;
    private boolean insideTopic;
    private int namePosition;
    private int nameLength;
    private Uuid topicId;
    private int topicPartitionCount;
    private int partitionsLeft;
    private int partition;
    private int recordsPosition;
    private int recordsLength;

    /**
     * Takes the request that fills the rest of the frame. Throws
     * {@link io.millrace.protocol.wire.MalformedMessageException} unless the whole of it is sound.
     */
    public void wrap(ByteBuf frame, int version) {
        this.frame = frame;
        this.version = version;
        reader.wrap(frame, ApiKey.PRODUCE.isFlexible(version));
        transactionalId = reader.nullableText();
        acks = reader.int16();
        timeoutMs = reader.int32();
        topicsPosition = reader.position();
        int partitions = 0;
        rewind();
        topicCount = topicsLeft;
        while (nextTopic()) {
            partitions += topicPartitionCount;
        }
        partitionCount = partitions;
        reader.skipTags();
        reader.requireEnd();
        rewind();
    }

    /** Goes back before the first topic. */
    public void rewind() {
        reader.position(topicsPosition);
        topicsLeft = reader.count(MIN_TOPIC_BYTES);
        insideTopic = false;
        partitionsLeft = 0;
    }

    /** Moves to the next topic, past what is left of the current one; false after the last. */
    public boolean nextTopic() {
        if (insideTopic) {
            leaveTopic();
        }
        if (topicsLeft == 0) {
            return false;
        }
        topicsLeft--;
        insideTopic = true;
        if (hasTopicIds()) {
            topicId = reader.uuid();
        } else {
            topicId = Uuid.ZERO;
            nameLength = reader.textLength();
            namePosition = reader.position();
            reader.skip(nameLength);
        }
        topicPartitionCount = reader.count(MIN_PARTITION_BYTES);
        partitionsLeft = topicPartitionCount;
        return true;
    }

    /** Moves to the next partition of the topic; false after the last. */
    public boolean nextPartition() {
        if (partitionsLeft == 0) {
            return false;
        }
        partitionsLeft--;
        partition = reader.int32();
        recordsLength = reader.bytesLength();
        recordsPosition = reader.position();
        reader.skip(Math.max(0, recordsLength));
        reader.skipTags();
        return true;
    }

    /** The producer's transactional id, or null. */
    public String transactionalId() {
        return transactionalId;
    }

    /** 0: no answer, 1: the leader's append, -1: all in-sync replicas. Not checked here. */
    public short acks() {
        return acks;
    }

    public int timeoutMs() {
        return timeoutMs;
    }

    public int topicCount() {
        return topicCount;
    }

    /** Partitions of all topics. */
    public int partitionCount() {
        return partitionCount;
    }

    /** Whether topics come with an id, from version 13 on, rather than a name. */
    public boolean hasTopicIds() {
        return version >= FIRST_VERSION_WITH_TOPIC_IDS;
    }

    /** The topic's name, decoded at each call; null if topics come with ids. */
    public String topicName() {
        return hasTopicIds() ? null : frame.toString(namePosition, nameLength, StandardCharsets.UTF_8);
    }

    /** The topic's id; zero if topics come with names. */
    public Uuid topicId() {
        return topicId;
    }

    /** Partitions of the current topic. */
    public int topicPartitionCount() {
        return topicPartitionCount;
    }

    public int partition() {
        return partition;
    }

    /** The partition's records: a slice of the frame, not retained, or null. */
    public ByteBuf records() {
        return recordsLength < 0 ? null : frame.slice(recordsPosition, recordsLength);
    }

    public int recordsSizeBytes() {
        return Math.max(0, recordsLength);
    }

    private void leaveTopic() {
        while (partitionsLeft > 0) {
            nextPartition();
        }
        reader.skipTags();
        insideTopic = false;
    }
}
