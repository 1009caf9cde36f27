package io.millrace.broker.request.data;

import io.millrace.broker.metadata.ClusterImage;
import io.millrace.protocol.data.FetchParameters;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.function.Supplier;

/** Finds topics in the current image by name or by id, as the version of the request gives them. */
public final class TopicLookup {

    /** A topic's name and id, or why it was not found; then one of the two is missing. */
    public record Found(String name, Uuid id, ErrorCode error) {}

    private final Supplier<ClusterImage> image;

    public TopicLookup(Supplier<ClusterImage> image) {
        this.image = image;
    }

    /** {@code name} is null when the request carries ids. */
    public Found find(String name, Uuid id) {
        var topic = name == null ? image.get().topic(id) : image.get().topic(name);
        if (topic != null) {
            return new Found(topic.name(), topic.id(), ErrorCode.NONE);
        }
        return name == null
                ? new Found("", id, ErrorCode.UNKNOWN_TOPIC_ID)
                : new Found(name, Uuid.ZERO, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    }

    /** Why a follower is not served: it is no replica, or an earlier registration of its broker (KIP-903). */
    ErrorCode refusal(Found topic, int partition, FetchParameters follower) {
        var now = image.get();
        var state = now.partition(topic.name, partition);
        var broker = now.broker(follower.replicaId());
        boolean isStale = broker != null && follower.replicaEpoch() != FetchParameters.UNKNOWN_EPOCH
                && follower.replicaEpoch() < broker.epoch();
        return isStale || state != null && !state.hasReplica(follower.replicaId())
                ? ErrorCode.NOT_LEADER_OR_FOLLOWER
                : ErrorCode.NONE;
    }

    /** Why a partition of a known topic is not on this broker. */
    public ErrorCode missing(Found topic, int partition) {
        return image.get().partition(topic.name, partition) == null
                ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                : ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }
}
