package io.millrace.protocol.data;

import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.FieldWriter;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import java.util.List;

/**
 * Appends one Fetch request to a buffer, topic by topic. Reused; owned by one connection. What the version cannot
 * carry is left out.
 */
public final class FetchRequestWriter {
    private static final int REPLICA_STATE_BYTES = Integer.BYTES + Long.BYTES + 1;

    private final FieldWriter writer = new FieldWriter();
    private final TopicWriter topics = new TopicWriter(writer);
    private FetchParameters parameters;
    private int version;

    /** Where to read one partition; epochs are -1 where unknown, and only a follower has the last three. */
    public record Position(
            int partition,
            int currentLeaderEpoch,
            long fetchOffset,
            int maxBytes,
            int lastFetchedEpoch,
            long logStartOffset,
            long highWatermark) {

        public static Position ofConsumer(int partition, int currentLeaderEpoch, long fetchOffset,
                int maxBytes) {
            return new Position(partition, currentLeaderEpoch, fetchOffset, maxBytes, -1, -1,
                    FetchRequestCursor.NO_HIGH_WATERMARK);
        }
    }

    /** Begins a request with so many topics. */
    public void begin(ByteBuf out, int version, FetchParameters parameters, int topicCount) {
        this.parameters = parameters;
        this.version = version;
        writer.wrap(out, ApiKey.FETCH.isFlexible(version));
        if (version < FetchVersions.REPLICA_STATE) {
            writer.int32(parameters.replicaId());
        }
        writer.int32(parameters.maxWaitMs());
        writer.int32(parameters.minBytes());
        writer.int32(parameters.maxBytes());
        writer.int8(parameters.isolationLevel());
        if (version >= FetchVersions.SESSIONS) {
            writer.int32(parameters.sessionId());
            writer.int32(parameters.sessionEpoch());
        }
        topics.begin(version >= FetchVersions.TOPIC_IDS, topicCount);
    }

    /** Begins a topic with so many partitions; from version 13 on only the id is sent, before only the name. */
    public void topic(String name, Uuid topicId, int partitionCount) {
        topics.topic(name, topicId, partitionCount);
    }

    public void partition(Position position) {
        writer.int32(position.partition());
        if (version >= FetchVersions.LEADER_EPOCH) {
            writer.int32(position.currentLeaderEpoch());
        }
        writer.int64(position.fetchOffset());
        if (version >= FetchVersions.FLEXIBLE) {
            writer.int32(position.lastFetchedEpoch());
        }
        if (version >= FetchVersions.LOG_START_OFFSET) {
            writer.int64(position.logStartOffset());
        }
        writer.int32(position.maxBytes());
        boolean tagged = version >= FetchVersions.HIGH_WATERMARK
                && position.highWatermark() != FetchRequestCursor.NO_HIGH_WATERMARK;
        writer.tagCount(tagged ? 1 : 0);
        if (tagged) {
            writer.tag(FetchRequestCursor.HIGH_WATERMARK_TAG, Long.BYTES);
            writer.int64(position.highWatermark());
        }
    }

    /** Ends the request; the forgotten topics leave the session, and need version 7. */
    public void end(List<ForgottenTopic> forgottenTopics) {
        topics.end();
        if (version >= FetchVersions.SESSIONS) {
            topics.begin(version >= FetchVersions.TOPIC_IDS, forgottenTopics.size());
            for (var forgotten : forgottenTopics) {
                topics.topic(forgotten.topic(), forgotten.topicId(), forgotten.partitions().length);
                for (int partition : forgotten.partitions()) {
                    writer.int32(partition);
                }
            }
            topics.end();
        }
        if (version >= FetchVersions.RACK_ID) {
            writer.text(parameters.rackId());
        }
        if (version >= FetchVersions.FLEXIBLE) {
            tags();
        }
    }

    private void tags() {
        String clusterId = parameters.clusterId();
        boolean fromFollower = version >= FetchVersions.REPLICA_STATE
                && (parameters.replicaId() != FetchParameters.CONSUMER
                        || parameters.replicaEpoch() != FetchParameters.UNKNOWN_EPOCH);
        writer.tagCount((clusterId == null ? 0 : 1) + (fromFollower ? 1 : 0));
        if (clusterId != null) {
            writer.tag(FetchRequestCursor.CLUSTER_ID_TAG, FieldWriter.compactSizeBytes(clusterId));
            writer.text(clusterId);
        }
        if (fromFollower) {
            writer.tag(FetchRequestCursor.REPLICA_STATE_TAG, REPLICA_STATE_BYTES);
            writer.int32(parameters.replicaId());
            writer.int64(parameters.replicaEpoch());
            writer.noTags();
        }
    }
}
