package io.millrace.broker.controller.replica;

import static io.millrace.protocol.wire.ErrorCode.INVALID_REPLICATION_FACTOR;
import static io.millrace.protocol.wire.ErrorCode.INVALID_REPLICA_ASSIGNMENT;
import static io.millrace.protocol.wire.ErrorCode.NO_REASSIGNMENT_IN_PROGRESS;
import static io.millrace.protocol.wire.ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;

import io.millrace.broker.controller.decision.Decision;
import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.controller.decision.Refusal;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.protocol.message.topic.AlterPartitionReassignments;
import io.millrace.protocol.message.topic.AlterPartitionReassignments.Request.ReassignablePartition;
import io.millrace.protocol.message.topic.AlterPartitionReassignments.Response.ReassignablePartitionResponse;
import io.millrace.protocol.message.topic.AlterPartitionReassignments.Response.ReassignableTopicResponse;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Decides AlterPartitionReassignments (KIP-455). While a partition moves, its replicas are the wanted ones followed by
 * those to be removed; it has moved when all that are added are in sync. A cancelled move goes back. Pure.
 */
public final class Reassignments {
    private final DecisionContext context;
    private final AlterPartitionReassignments.Request request;
    private final ChangedPartitions changed = new ChangedPartitions();

    private Reassignments(DecisionContext context, AlterPartitionReassignments.Request request) {
        this.context = context;
        this.request = request;
    }

    public static Decision<AlterPartitionReassignments.Response> decide(
            DecisionContext context, AlterPartitionReassignments.Request request) {
        return new Reassignments(context, request).decide();
    }

    /** The same refusal for every partition of the request: Kafka's client looks for each of them. */
    public static AlterPartitionReassignments.Response refused(
            AlterPartitionReassignments.Request request, ApiException refusal) {
        return new AlterPartitionReassignments.Response(0, request.allowReplicationFactorChange(),
                refusal.errorCode(), refusal.getMessage(), request.topics().stream()
                        .map(topic -> new ReassignableTopicResponse(topic.name(), topic.partitions().stream()
                                .map(partition -> new ReassignablePartitionResponse(
                                        partition.partitionIndex(),
                                        refusal.errorCode(), refusal.getMessage()))
                                .toList()))
                        .toList());
    }

    private Decision<AlterPartitionReassignments.Response> decide() {
        var topics = new ArrayList<ReassignableTopicResponse>();
        for (var asked : request.topics()) {
            var topic = context.image().topic(asked.name());
            topics.add(new ReassignableTopicResponse(asked.name(),
                    asked.partitions().stream().map(partition -> answer(topic, partition)).toList()));
        }
        return new Decision<>(changed.records(), new AlterPartitionReassignments.Response(0,
                request.allowReplicationFactorChange(), ErrorCode.NONE, null, topics));
    }

    private ReassignablePartitionResponse answer(TopicImage topic, ReassignablePartition asked) {
        try {
            var now = topic == null ? null : changed.current(topic, asked.partitionIndex());
            Refusal.unless(now != null, UNKNOWN_TOPIC_OR_PARTITION, "There is no such partition");
            changed.put(topic, asked.replicas() == null ? cancel(topic, now) : move(topic, now, asked));
            return new ReassignablePartitionResponse(asked.partitionIndex(), ErrorCode.NONE, null);
        } catch (ApiException e) {
            return new ReassignablePartitionResponse(asked.partitionIndex(), e.errorCode(), e.getMessage());
        }
    }

    private PartitionImage cancel(TopicImage topic, PartitionImage now) {
        Refusal.unless(now.isReassigning(), NO_REASSIGNMENT_IN_PROGRESS, "The partition is not moving");
        var settled = settled(now);
        Refusal.unless(now.isr().stream().anyMatch(settled::contains), INVALID_REPLICA_ASSIGNMENT,
                "None of ", settled, " is in sync, so the move cannot be undone");
        return change(topic, now).assign(settled, List.of(), List.of()).build();
    }

    private PartitionImage move(TopicImage topic, PartitionImage now, ReassignablePartition asked) {
        var wanted = asked.replicas();
        check(now, wanted);
        var settled = settled(now);
        var adding = wanted.stream().filter(id -> !settled.contains(id)).toList();
        var removing = now.replicas().stream().filter(id -> !wanted.contains(id)).toList();
        var all = new ArrayList<>(wanted);
        all.addAll(removing);
        return change(topic, now).assign(all, adding, removing).build();
    }

    private PartitionChange change(TopicImage topic, PartitionImage now) {
        return new PartitionChange(now, Liveness.in(context),
                TopicRules.of(context, topic.name()));
    }

    /** The replicas without those of a move that has not ended. */
    private static List<Integer> settled(PartitionImage partition) {
        return partition.replicas().stream().filter(id -> !partition.adding().contains(id)).toList();
    }

    private void check(PartitionImage now, List<Integer> wanted) {
        Refusal.unless(!wanted.isEmpty(), INVALID_REPLICA_ASSIGNMENT,
                "There are no replicas: list at least one broker");
        Refusal.unless(new HashSet<>(wanted).size() == wanted.size(), INVALID_REPLICA_ASSIGNMENT,
                "A broker is listed twice: ", wanted);
        for (int broker : wanted) {
            Refusal.unless(context.image().isLive(broker) || now.hasReplica(broker),
                    INVALID_REPLICA_ASSIGNMENT, "Broker ", broker, " is not alive: choose among ",
                    context.image().brokers().keySet());
        }
        Refusal.unless(request.allowReplicationFactorChange() || wanted.size() == settled(now).size(),
                INVALID_REPLICATION_FACTOR, "The partition has ", settled(now).size(), " replicas, not ",
                wanted.size());
    }
}
