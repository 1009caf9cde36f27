package io.millrace.admin.placement;

import io.millrace.admin.operation.Calls;
import io.millrace.admin.operation.LeaderCalls;
import io.millrace.admin.operation.OutcomeBuilder;
import io.millrace.admin.operation.Outcomes;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.message.topic.AlterPartitionReassignments;
import io.millrace.protocol.message.topic.ElectLeaders;
import io.millrace.protocol.message.topic.ListPartitionReassignments;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Elects leaders and moves replicas between brokers. Immutable, for any thread. */
public final class PlacementOperations {
    private final Calls calls;

    public PlacementOperations(Calls calls) {
        this.calls = calls;
    }

    /**
     * Elects leaders of these partitions, or of all if the collection is null; partitions that need none fail with
     * ELECTION_NOT_NEEDED if they were named, and are left out if not.
     */
    public CompletableFuture<Outcomes<TopicPartition, Void>> elect(ElectionType type,
            Collection<TopicPartition> partitions) {
        var topics = partitions == null ? null
                : LeaderCalls.byTopic(partitions).entrySet().stream()
                        .map(topic -> new ElectLeaders.Request.TopicPartitions(topic.getKey(),
                                topic.getValue()))
                        .toList();
        var request = new ElectLeaders.Request((byte) type.ordinal(), topics, calls.timeoutMs());
        return calls.controller(request, ElectLeaders.Response::errorCode).thenApply(answer -> {
            requireNoError(answer.errorCode(), null, "the election");
            var outcomes = new OutcomeBuilder<TopicPartition, Void>();
            for (var topic : answer.replicaElectionResults()) {
                for (var each : topic.partitionResult()) {
                    if (partitions != null || each.errorCode() != ErrorCode.ELECTION_NOT_NEEDED) {
                        outcomes.add(new TopicPartition(topic.topic(), each.partitionId()), null,
                                each.errorCode(), each.errorMessage());
                    }
                }
            }
            return outcomes.build();
        });
    }

    private static void requireNoError(ErrorCode error, String message, String what) {
        if (error != ErrorCode.NONE) {
            throw new ApiException(error,
                    message == null || message.isEmpty() ? what + ": " + error : message);
        }
    }

    /** Moves each partition to these replicas; an empty list cancels the move that is under way. */
    public CompletableFuture<Outcomes<TopicPartition, Void>> reassign(
            Map<TopicPartition, List<Integer>> targets, boolean mayChangeReplicationFactor) {
        var topics = LeaderCalls.byTopic(targets.keySet()).entrySet().stream()
                .map(topic -> new AlterPartitionReassignments.Request.ReassignableTopic(topic.getKey(),
                        topic.getValue().stream().map(number -> reassignable(number,
                                targets.get(new TopicPartition(topic.getKey(), number)))).toList()))
                .toList();
        var request = new AlterPartitionReassignments.Request(calls.timeoutMs(), mayChangeReplicationFactor,
                topics);
        return calls.controller(request, AlterPartitionReassignments.Response::errorCode)
                .thenApply(answer -> {
                    requireNoError(answer.errorCode(), answer.errorMessage(), "the move");
                    var outcomes = new OutcomeBuilder<TopicPartition, Void>();
                    for (var topic : answer.responses()) {
                        topic.partitions().forEach(each -> outcomes.add(
                                new TopicPartition(topic.name(), each.partitionIndex()), null,
                                each.errorCode(), each.errorMessage()));
                    }
                    return outcomes.build();
                });
    }

    private static AlterPartitionReassignments.Request.ReassignablePartition reassignable(int number,
            List<Integer> replicas) {
        return new AlterPartitionReassignments.Request.ReassignablePartition(number,
                replicas.isEmpty() ? null : replicas);
    }

    /** What moves now, of these partitions, or of all if the collection is null. */
    public CompletableFuture<SortedMap<TopicPartition, Reassignment>> reassignments(
            Collection<TopicPartition> partitions) {
        var topics = partitions == null ? null
                : LeaderCalls.byTopic(partitions).entrySet().stream()
                        .map(topic -> new ListPartitionReassignments.Request.ListPartitionReassignmentsTopics(
                                topic.getKey(), topic.getValue()))
                        .toList();
        return calls.controller(new ListPartitionReassignments.Request(calls.timeoutMs(), topics),
                ListPartitionReassignments.Response::errorCode).thenApply(answer -> {
                    requireNoError(answer.errorCode(), answer.errorMessage(), "the moves");
                    var moving = new TreeMap<TopicPartition, Reassignment>();
                    for (var topic : answer.topics()) {
                        topic.partitions().forEach(each -> moving.put(
                                new TopicPartition(topic.name(), each.partitionIndex()),
                                new Reassignment(List.copyOf(each.replicas()),
                                        List.copyOf(each.addingReplicas()),
                                        List.copyOf(each.removingReplicas()))));
                    }
                    return moving;
                });
    }
}
