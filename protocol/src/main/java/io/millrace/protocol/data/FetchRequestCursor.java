package io.millrace.protocol.data;

import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/**
 * Walks one Fetch request in place in its frame. {@link #wrap} checks the whole structure, so the walk that follows
 * cannot fail half-way. Reused; owned by one event loop, which keeps the frame while it walks. Fields that the
 * version does not carry have their defaults: -1, the zero id, no high watermark.
 */
public final class FetchRequestCursor extends TopicCursor {
    /** The high watermark of a request whose version or sender knows nothing of it (KIP-1166). */
    public static final long NO_HIGH_WATERMARK = Long.MAX_VALUE;

    static final int CLUSTER_ID_TAG = 0;
    static final int REPLICA_STATE_TAG = 1;
    static final int DIRECTORY_ID_TAG = 0;
    static final int HIGH_WATERMARK_TAG = 1;

    private static final int MIN_FORGOTTEN_TOPIC_BYTES = 3;
    private static final int MIN_PARTITION_BYTES = 16;

    private int version;
    private FetchParameters parameters;
    private List<ForgottenTopic> forgottenTopics;
    private int partition;
    private int currentLeaderEpoch;
    private long fetchOffset;
    private int lastFetchedEpoch;
    private long logStartOffset;
    private int maxBytes;
    private Uuid replicaDirectoryId;
    private long highWatermark;

    public FetchRequestCursor() {
        super(MIN_PARTITION_BYTES);
    }

    /**
     * Takes the request that fills the rest of the frame. Throws
     * {@link io.millrace.protocol.wire.MalformedMessageException} unless the whole of it is sound.
     */
    public void wrap(ByteBuf frame, int version) {
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
        checkTopics(frame, version >= FetchVersions.TOPIC_IDS);
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

    public FetchParameters parameters() {
        return parameters;
    }

    /** Partitions that leave the session. */
    public List<ForgottenTopic> forgottenTopics() {
        return forgottenTopics;
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

    @Override
    void readPartition() {
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
            if (tag == DIRECTORY_ID_TAG && version >= FetchVersions.DIRECTORY_ID) {
                replicaDirectoryId = reader.uuid();
            } else if (tag == HIGH_WATERMARK_TAG && version >= FetchVersions.HIGH_WATERMARK) {
                highWatermark = reader.int64();
            }
            reader.endTag();
        }
    }

    private List<ForgottenTopic> readForgottenTopics() {
        int count = reader.count(MIN_FORGOTTEN_TOPIC_BYTES);
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
            if (tag == CLUSTER_ID_TAG) {
                clusterId = reader.nullableText();
            } else if (tag == REPLICA_STATE_TAG && version >= FetchVersions.REPLICA_STATE) {
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
