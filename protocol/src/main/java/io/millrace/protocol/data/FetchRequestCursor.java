package io.millrace.protocol.data;

import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks one Fetch request in place in its frame. {@link #wrap} checks the whole structure, so the walk that follows
 * cannot fail half-way. Reused; owned by one connection, which keeps the frame while it walks. Fields that the
 * version does not carry have their defaults: -1, the zero id, no high watermark.
 */
public final class FetchRequestCursor {
    /** The high watermark of a request whose version or sender knows nothing of it (KIP-1166). */
    public static final long NO_HIGH_WATERMARK = Long.MAX_VALUE;

    private static final int MIN_TOPIC_BYTES = 3;
    private static final int MIN_PARTITION_BYTES = 16;

    private final FieldReader reader = new FieldReader();
    private ByteBuf frame;
    private int version;
    private FetchParameters parameters;
    private List<ForgottenTopic> forgottenTopics;
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
    private int currentLeaderEpoch;
    private long fetchOffset;
    private int lastFetchedEpoch;
    private long logStartOffset;
    private int maxBytes;
    private Uuid replicaDirectoryId;
    private long highWatermark;

    /**
     * Takes the request that fills the rest of the frame. Throws
     * {@link io.millrace.protocol.wire.MalformedMessageException} unless the whole of it is sound.
     */
    public void wrap(ByteBuf frame, int version) {
        this.frame = frame;
        this.version = version;
        reader.wrap(frame, ApiKey.FETCH.isFlexible(version));
        int oldReplicaId = version < FetchVersions.REPLICA_STATE ? reader.int32() : FetchParameters.CONSUMER;
        int maxWaitMs = reader.int32();
        int minBytes = reader.int32();
        int requestMaxBytes = reader.int32();
        byte isolationLevel = reader.int8();
        boolean sessions = version >= FetchVersions.SESSIONS;
        int sessionId = sessions ? reader.int32() : 0;
        int sessionEpoch = sessions ? reader.int32() : FetchParameters.NO_SESSION;
        topicsPosition = reader.position();
        countPartitions();
        forgottenTopics = sessions ? readForgottenTopics() : List.of();
        String rackId = version >= FetchVersions.RACK_ID ? reader.text() : "";
        readEnd(new FetchParameters(
                oldReplicaId,
                FetchParameters.UNKNOWN_EPOCH,
                maxWaitMs,
                minBytes,
                requestMaxBytes,
                isolationLevel,
                sessionId,
                sessionEpoch,
                rackId,
                null));
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
        currentLeaderEpoch = version >= FetchVersions.LEADER_EPOCH ? reader.int32() : -1;
        fetchOffset = reader.int64();
        lastFetchedEpoch = version >= FetchVersions.FLEXIBLE ? reader.int32() : -1;
        logStartOffset = version >= FetchVersions.LOG_START_OFFSET ? reader.int64() : -1;
        maxBytes = reader.int32();
        replicaDirectoryId = Uuid.ZERO;
        highWatermark = NO_HIGH_WATERMARK;
        for (int left = reader.tagCount(); left > 0; left--) {
            int tag = reader.beginTag();
            if (tag == 0 && version >= FetchVersions.DIRECTORY_ID) {
                replicaDirectoryId = reader.uuid();
            } else if (tag == 1 && version >= FetchVersions.HIGH_WATERMARK) {
                highWatermark = reader.int64();
            }
            reader.endTag();
        }
        return true;
    }

    public FetchParameters parameters() {
        return parameters;
    }

    /** Partitions that leave the session. */
    public List<ForgottenTopic> forgottenTopics() {
        return forgottenTopics;
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
        return version >= FetchVersions.TOPIC_IDS;
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

    public int currentLeaderEpoch() {
        return currentLeaderEpoch;
    }

    public long fetchOffset() {
        return fetchOffset;
    }

    /** Epoch of the follower's last record; -1 if it does not ask for a check of divergence. */
    public int lastFetchedEpoch() {
        return lastFetchedEpoch;
    }

    /** The follower's log start offset. */
    public long logStartOffset() {
        return logStartOffset;
    }

    /** Most bytes wanted of this partition. */
    public int maxBytes() {
        return maxBytes;
    }

    public Uuid replicaDirectoryId() {
        return replicaDirectoryId;
    }

    /** The high watermark that the follower knows, -1 if none, or {@link #NO_HIGH_WATERMARK}. */
    public long highWatermark() {
        return highWatermark;
    }

    private void countPartitions() {
        rewind();
        topicCount = topicsLeft;
        partitionCount = 0;
        while (nextTopic()) {
            partitionCount += topicPartitionCount;
        }
    }

    private void leaveTopic() {
        while (partitionsLeft > 0) {
            nextPartition();
        }
        reader.skipTags();
        insideTopic = false;
    }

    private List<ForgottenTopic> readForgottenTopics() {
        int count = reader.count(MIN_TOPIC_BYTES);
        if (count == 0) {
            return List.of();
        }
        var topics = new ArrayList<ForgottenTopic>();
        for (int i = 0; i < count; i++) {
            String name = hasTopicIds() ? null : reader.text();
            var id = hasTopicIds() ? reader.uuid() : Uuid.ZERO;
            var partitions = new int[reader.count(Integer.BYTES)];
            for (int j = 0; j < partitions.length; j++) {
                partitions[j] = reader.int32();
            }
            reader.skipTags();
            topics.add(new ForgottenTopic(name, id, partitions));
        }
        return topics;
    }

    /** The request's own tagged fields, which may name the replica and the cluster. */
    private void readEnd(FetchParameters untagged) {
        String clusterId = null;
        int replicaId = untagged.replicaId();
        long replicaEpoch = untagged.replicaEpoch();
        for (int left = reader.tagCount(); left > 0; left--) {
            int tag = reader.beginTag();
            if (tag == 0) {
                clusterId = reader.nullableText();
            } else if (tag == 1 && version >= FetchVersions.REPLICA_STATE) {
                replicaId = reader.int32();
                replicaEpoch = reader.int64();
                reader.skipTags();
            }
            reader.endTag();
        }
        parameters = new FetchParameters(
                replicaId,
                replicaEpoch,
                untagged.maxWaitMs(),
                untagged.minBytes(),
                untagged.maxBytes(),
                untagged.isolationLevel(),
                untagged.sessionId(),
                untagged.sessionEpoch(),
                untagged.rackId(),
                clusterId);
    }
}
