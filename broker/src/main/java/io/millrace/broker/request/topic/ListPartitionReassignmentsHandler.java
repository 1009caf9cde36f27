package io.millrace.broker.request.topic;

import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.topic.ListPartitionReassignments;
import io.millrace.protocol.message.topic.ListPartitionReassignments.Response.OngoingPartitionReassignment;
import io.millrace.protocol.message.topic.ListPartitionReassignments.Response.OngoingTopicReassignment;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Answers ListPartitionReassignments from the image: what is asked for and does not move is left out. */
public final class ListPartitionReassignmentsHandler
        implements
            Handler<ListPartitionReassignments.Request, ListPartitionReassignments.Response> {
    private final Supplier<ClusterImage> image;

    public ListPartitionReassignmentsHandler(Supplier<ClusterImage> image) {
        this.image = image;
    }

    @Override
    public void handle(ListPartitionReassignments.Request request, Exchange exchange,
            Reply<ListPartitionReassignments.Response> reply) {
        var now = image.get();
        var moving = new ArrayList<OngoingTopicReassignment>();
        if (request.topics() == null) {
            now.topics().forEach(topic -> add(moving, topic, topic.partitions().stream()));
        } else {
            for (var asked : request.topics()) {
                var topic = now.topic(asked.name());
                if (topic != null) {
                    add(moving, topic, asked.partitionIndexes().stream().map(topic::partition));
                }
            }
        }
        reply.send(new ListPartitionReassignments.Response(0, ErrorCode.NONE, null, moving));
    }

    private static void add(List<OngoingTopicReassignment> moving, TopicImage topic,
            Stream<PartitionImage> partitions) {
        var ongoing = partitions.filter(partition -> partition != null && partition.isReassigning())
                .map(partition -> new OngoingPartitionReassignment(partition.index(), partition.replicas(),
                        partition.adding(), partition.removing()))
                .toList();
        if (!ongoing.isEmpty()) {
            moving.add(new OngoingTopicReassignment(topic.name(), ongoing));
        }
    }
}
