package io.millrace.admin.placement;

import io.millrace.admin.operation.Calls;
import io.millrace.admin.operation.LeaderCalls;
import io.millrace.admin.operation.OutcomeBuilder;
import io.millrace.admin.operation.Outcomes;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.message.topic.AlterReplicaLogDirs;
import io.millrace.protocol.message.topic.DescribeLogDirs;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Shows what lies in the brokers' log directories, and moves replicas between those of one broker. Immutable. */
public final class LogDirOperations {
    private final Calls calls;

    public LogDirOperations(Calls calls) {
        this.calls = calls;
    }

    /** The directories of each of these brokers. */
    public CompletableFuture<Outcomes<Integer, List<LogDirDescription>>> describe(
            Collection<Integer> brokerIds) {
        return Calls.each(brokerIds, id -> calls.node(id, new DescribeLogDirs.Request(null))
                .thenApply(answer -> {
                    if (answer.errorCode() != ErrorCode.NONE) {
                        throw new ApiException(answer.errorCode(),
                                "the log directories of broker " + id + ": " + answer.errorCode());
                    }
                    return answer.results().stream().map(LogDirOperations::description).toList();
                }));
    }

    private static LogDirDescription description(DescribeLogDirs.Response.Result directory) {
        var replicas = new HashMap<TopicPartition, LogDirDescription.Replica>();
        for (var topic : directory.topics()) {
            topic.partitions().forEach(each -> replicas.put(
                    new TopicPartition(topic.name(), each.partitionIndex()),
                    new LogDirDescription.Replica(each.partitionSize(), each.offsetLag(),
                            each.isFutureKey())));
        }
        return new LogDirDescription(directory.logDir(), directory.errorCode(), directory.totalBytes(),
                directory.usableBytes(), Map.copyOf(replicas));
    }

    /** Moves replicas to other directories of their broker; the moves go on after this has answered. */
    public CompletableFuture<Outcomes<ReplicaPlace, Void>> move(Map<ReplicaPlace, String> paths) {
        var byBroker = paths.keySet().stream()
                .collect(Collectors.groupingBy(ReplicaPlace::brokerId, TreeMap::new, Collectors.toList()));
        return Calls.each(byBroker.keySet(), id -> move(id, byBroker.get(id), paths)).thenApply(answers -> {
            var outcomes = new OutcomeBuilder<ReplicaPlace, Void>();
            answers.values().values().forEach(outcomes::addAll);
            answers.failures().forEach((id, failure) -> byBroker.get(id)
                    .forEach(place -> outcomes.failure(place, failure)));
            return outcomes.build();
        });
    }

    private CompletableFuture<Outcomes<ReplicaPlace, Void>> move(int brokerId, List<ReplicaPlace> places,
            Map<ReplicaPlace, String> paths) {
        var byPath = new TreeMap<String, List<TopicPartition>>();
        places.forEach(place -> byPath.computeIfAbsent(paths.get(place), path -> new ArrayList<>())
                .add(place.partition()));
        var dirs = byPath.entrySet().stream().map(path -> new AlterReplicaLogDirs.Request.Dir(path.getKey(),
                LeaderCalls.byTopic(path.getValue()).entrySet().stream()
                        .map(topic -> new AlterReplicaLogDirs.Request.Topic(topic.getKey(), topic.getValue()))
                        .toList()))
                .toList();
        return calls.node(brokerId, new AlterReplicaLogDirs.Request(dirs)).thenApply(answer -> {
            var outcomes = new OutcomeBuilder<ReplicaPlace, Void>();
            for (var topic : answer.results()) {
                topic.partitions().forEach(each -> outcomes.add(new ReplicaPlace(
                        new TopicPartition(topic.topicName(), each.partitionIndex()), brokerId), null,
                        each.errorCode(), null));
            }
            return outcomes.build();
        });
    }
}
