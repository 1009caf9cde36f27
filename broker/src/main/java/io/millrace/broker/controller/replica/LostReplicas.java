package io.millrace.broker.controller.replica;

import io.millrace.broker.controller.decision.Decision;
import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.protocol.message.topic.AssignReplicasToDirs;
import io.millrace.protocol.message.topic.AssignReplicasToDirs.Request.TopicData;
import io.millrace.protocol.message.topic.AssignReplicasToDirs.Response;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides AssignReplicasToDirs as far as it names the lost directory: for replicas on a failed disk a live broker
 * counts as gone, so it leads no more, and leaves an ISR that has another live member. Other directories are only
 * noted by the brokers themselves. Pure.
 */
public final class LostReplicas {
    private final DecisionContext context;
    private final int brokerId;
    private final Liveness liveness;
    private final ChangedPartitions changed = new ChangedPartitions();

    private LostReplicas(DecisionContext context, int brokerId) {
        this.context = context;
        this.brokerId = brokerId;
        this.liveness = Liveness.without(brokerId, context);
    }

    public static Decision<Response> decide(DecisionContext context, AssignReplicasToDirs.Request request) {
        var sender = context.image().broker(request.brokerId());
        if (sender == null || sender.epoch() != request.brokerEpoch()) {
            return Decision.unchanged(refused(ErrorCode.STALE_BROKER_EPOCH));
        }
        var decision = new LostReplicas(context, request.brokerId());
        var directories = new ArrayList<Response.DirectoryData>();
        for (var directory : request.directories()) {
            boolean isLost = directory.id().equals(AssignReplicasToDirs.LOST);
            directories.add(new Response.DirectoryData(directory.id(),
                    directory.topics().stream().map(topic -> decision.decide(topic, isLost)).toList()));
        }
        return new Decision<>(decision.changed.records(), new Response(0, ErrorCode.NONE, directories));
    }

    /** A refusal of the whole request. */
    public static Response refused(ErrorCode code) {
        return new Response(0, code, List.of());
    }

    private Response.TopicData decide(TopicData asked, boolean isLost) {
        var partitions = new ArrayList<Response.PartitionData>();
        for (var partition : asked.partitions()) {
            partitions.add(new Response.PartitionData(partition.partitionIndex(),
                    decide(context.image(), asked, partition.partitionIndex(), isLost)));
        }
        return new Response.TopicData(asked.topicId(), partitions);
    }

    private ErrorCode decide(ClusterImage image, TopicData asked, int index, boolean isLost) {
        var topic = image.topic(asked.topicId());
        if (topic == null) {
            return ErrorCode.UNKNOWN_TOPIC_ID;
        }
        if (index < 0 || index >= topic.partitions().size()) {
            return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
        }
        if (!topic.partition(index).hasReplica(brokerId)) {
            return ErrorCode.NOT_LEADER_OR_FOLLOWER;
        }
        if (isLost) {
            var partition = changed.current(topic, index);
            var others = partition.isr().stream().filter(liveness::lives).toList();
            changed.put(topic, new PartitionChange(partition, liveness, TopicRules.of(context, topic.name()))
                    .isr(others.isEmpty() ? partition.isr() : others).build());
        }
        return ErrorCode.NONE;
    }
}
