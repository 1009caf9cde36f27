package io.millrace.broker.request.topic;

import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.broker.metadata.TopicName;
import io.millrace.broker.request.AuthorizedOperations;
import io.millrace.broker.request.ConnectionInfo;
import io.millrace.broker.request.NodeAddresses;
import io.millrace.protocol.message.topic.DescribeTopicPartitions.Response;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** One page of topics and partitions for one client; what no longer fits is where the next page begins. */
final class PartitionPage {
    private final ClusterImage image;
    private final NodeAddresses addresses;
    private final ConnectionInfo client;
    private final List<Response.Topic> topics = new ArrayList<>();
    private int room;
    private Response.Cursor next;

    PartitionPage(ClusterImage image, NodeAddresses addresses, ConnectionInfo client, int mostPartitions) {
        this.image = image;
        this.addresses = addresses;
        this.client = client;
        this.room = mostPartitions;
    }

    /** Adds topics as long as there is room, the first one from a partition on. */
    void fill(Collection<String> names, int firstPartition, boolean skipsMissing) {
        int from = firstPartition;
        for (var name : names) {
            if (room == 0) {
                next = next == null ? new Response.Cursor(name, 0) : next;
                return;
            }
            var topic = image.topic(name);
            if (topic != null) {
                add(topic, from);
            } else if (!skipsMissing) {
                refuse(name, TopicName.problem(name) == null
                        ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                        : ErrorCode.INVALID_TOPIC_EXCEPTION);
            }
            from = 0;
        }
    }

    private void add(TopicImage topic, int firstPartition) {
        int count = topic.partitions().size();
        int from = Math.min(firstPartition, count);
        int to = Math.min(count, from + room);
        topics.add(new Response.Topic(ErrorCode.NONE, topic.name(), topic.id(), topic.isInternal(),
                topic.partitions().subList(from, to).stream().map(this::partition).toList(),
                AuthorizedOperations.TOPIC));
        room -= to - from;
        if (to < count) {
            next = new Response.Cursor(topic.name(), to);
        }
    }

    private Response.Partition partition(PartitionImage partition) {
        var leader = partition.hasLeader() ? image.broker(partition.leader()) : null;
        boolean isReachable = leader != null && addresses.of(leader, client) != null;
        return new Response.Partition(ErrorCode.NONE, partition.index(),
                isReachable ? partition.leader() : PartitionImage.NO_LEADER, partition.leaderEpoch(),
                partition.replicas(), partition.isr(), partition.elr(), partition.lastKnownElr(),
                partition.replicas().stream().filter(id -> !image.isLive(id)).toList());
    }

    void refuse(String name, ErrorCode error) {
        topics.add(new Response.Topic(error, name, Uuid.ZERO, TopicImage.isInternal(name), List.of(),
                AuthorizedOperations.NOT_ASKED));
    }

    Response response() {
        return new Response(0, topics, next);
    }
}
