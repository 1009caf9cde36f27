package io.millrace.broker.coordinator.group;

import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.protocol.message.group.OffsetFetch;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Reads committed offsets of one shard's groups: only what the log has committed, so no reader sees an offset that a
 * failover takes back. Used by the shard's owner alone.
 */
final class OffsetReads {
    private static final int FIRST_VERSION_WITH_TOPIC_IDS = 10;

    private final Groups groups;
    private final Supplier<ClusterImage> image;

    OffsetReads(Groups groups, Supplier<ClusterImage> image) {
        this.groups = groups;
        this.image = image;
    }

    OffsetFetch.Response.Group fetch(OffsetFetch.Request.Group request, int version) {
        var group = groups.get(request.groupId());
        var topics = new ArrayList<OffsetFetch.Response.Topics>();
        if (request.topics() == null) {
            if (group != null) {
                group.offsets().forEach((name, offsets) -> addAll(topics, name, offsets, version));
            }
        } else {
            for (var topic : request.topics()) {
                topics.add(readTopic(group, topic, version));
            }
        }
        return new OffsetFetch.Response.Group(request.groupId(), topics, ErrorCode.NONE);
    }

    private void addAll(List<OffsetFetch.Response.Topics> topics, String name,
            Map<Integer, CommittedOffset> offsets, int version) {
        var id = idOf(image.get().topic(name));
        if (version >= FIRST_VERSION_WITH_TOPIC_IDS && id.equals(Uuid.ZERO)) {
            return;
        }
        var partitions = new ArrayList<OffsetFetch.Response.Partitions>(offsets.size());
        offsets.forEach((partition, offset) -> {
            if (!offset.isOfAnotherTopicThan(id)) {
                partitions.add(present(partition, offset));
            }
        });
        topics.add(new OffsetFetch.Response.Topics(name, id, partitions));
    }

    private OffsetFetch.Response.Topics readTopic(Group group, OffsetFetch.Request.Topics topic,
            int version) {
        boolean byId = version >= FIRST_VERSION_WITH_TOPIC_IDS;
        var found = byId ? image.get().topic(topic.topicId()) : image.get().topic(topic.name());
        var partitions = new ArrayList<OffsetFetch.Response.Partitions>(topic.partitionIndexes().size());
        for (int partition : topic.partitionIndexes()) {
            if (byId && found == null) {
                partitions.add(Refusals.noOffset(partition, ErrorCode.UNKNOWN_TOPIC_ID));
                continue;
            }
            var offset = group == null ? null : group.offset(byId ? found.name() : topic.name(), partition);
            partitions.add(offset == null || offset.isOfAnotherTopicThan(idOf(found))
                    ? Refusals.noOffset(partition, ErrorCode.NONE)
                    : present(partition, offset));
        }
        return new OffsetFetch.Response.Topics(topic.name(), topic.topicId(), partitions);
    }

    private static Uuid idOf(TopicImage topic) {
        return topic == null ? Uuid.ZERO : topic.id();
    }

    private static OffsetFetch.Response.Partitions present(int partition, CommittedOffset offset) {
        return new OffsetFetch.Response.Partitions(partition, offset.offset(), offset.leaderEpoch(),
                offset.metadata(), ErrorCode.NONE);
    }
}
