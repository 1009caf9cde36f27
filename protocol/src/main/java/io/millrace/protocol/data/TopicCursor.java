package io.millrace.protocol.data;

import io.millrace.protocol.wire.FieldReader;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;

/**
 * The walk over the topics of a request and the partitions of each topic, in place in the frame. The subclass reads
 * what is special to its request; it walks everything once, so that no later walk can fail half-way.
 */
abstract class TopicCursor {
    private static final int MIN_TOPIC_BYTES = 3;

    final FieldReader reader = new FieldReader();
    private final int minPartitionBytes;
    private ByteBuf frame;
    private boolean topicIds;
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

    TopicCursor(int minPartitionBytes) {
        this.minPartitionBytes = minPartitionBytes;
    }

    /** Reads the fields of one partition, and its tagged fields. */
    abstract void readPartition();

    /** Walks all topics, which begin here, and stops behind the last one. */
    void checkTopics(ByteBuf frame, boolean topicIds) {
        this.frame = frame;
        this.topicIds = topicIds;
        topicsPosition = reader.position();
        rewind();
        topicCount = topicsLeft;
        partitionCount = 0;
        while (nextTopic()) {
            partitionCount += topicPartitionCount;
        }
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
        if (topicIds) {
            topicId = reader.uuid();
        } else {
            topicId = Uuid.ZERO;
            nameLength = reader.textLength();
            namePosition = reader.position();
            reader.skip(nameLength);
        }
        topicPartitionCount = reader.count(minPartitionBytes);
        partitionsLeft = topicPartitionCount;
        return true;
    }

    /** Moves to the next partition of the topic; false after the last. */
    public boolean nextPartition() {
        if (partitionsLeft == 0) {
            return false;
        }
        partitionsLeft--;
        readPartition();
        return true;
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
        return topicIds;
    }

    /** The topic's name, decoded at each call; null if topics come with ids. */
    public String topicName() {
        return topicIds ? null : frame.toString(namePosition, nameLength, StandardCharsets.UTF_8);
    }

    /** The topic's id; zero if topics come with names. */
    public Uuid topicId() {
        return topicId;
    }

    /** Partitions of the current topic. */
    public int topicPartitionCount() {
        return topicPartitionCount;
    }

    private void leaveTopic() {
        while (partitionsLeft > 0) {
            nextPartition();
        }
        reader.skipTags();
        insideTopic = false;
    }
}
