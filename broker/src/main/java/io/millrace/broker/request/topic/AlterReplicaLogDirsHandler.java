package io.millrace.broker.request.topic;

import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.partition.move.ReplicaMoves;
import io.millrace.broker.request.Exchange;
import io.millrace.broker.request.Handler;
import io.millrace.broker.request.Reply;
import io.millrace.protocol.message.topic.AlterReplicaLogDirs;
import io.millrace.protocol.message.topic.AlterReplicaLogDirs.Response.PartitionResult;
import io.millrace.protocol.message.topic.AlterReplicaLogDirs.Response.TopicResult;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Answers AlterReplicaLogDirs once every move is under way; a partition that is named twice goes to the last place. */
public final class AlterReplicaLogDirsHandler
        implements
            Handler<AlterReplicaLogDirs.Request, AlterReplicaLogDirs.Response> {
    private final ReplicaMoves moves;

    public AlterReplicaLogDirsHandler(ReplicaMoves moves) {
        this.moves = moves;
    }

    @Override
    public void handle(AlterReplicaLogDirs.Request request, Exchange exchange,
            Reply<AlterReplicaLogDirs.Response> reply) {
        var paths = new LinkedHashMap<PartitionName, String>();
        for (var dir : request.dirs()) {
            for (var topic : dir.topics()) {
                topic.partitions()
                        .forEach(index -> paths.put(new PartitionName(topic.name(), index), dir.path()));
            }
        }
        var results = new LinkedHashMap<PartitionName, CompletableFuture<ErrorCode>>();
        paths.forEach((name, path) -> results.put(name, moves.alter(name, path)));
        CompletableFuture.allOf(results.values().toArray(CompletableFuture<?>[]::new)).thenRun(() -> {
            var byTopic = new TreeMap<String, List<PartitionResult>>();
            results.forEach((name, code) -> byTopic.computeIfAbsent(name.topic(), topic -> new ArrayList<>())
                    .add(new PartitionResult(name.partition(), code.join())));
            var response = new AlterReplicaLogDirs.Response(0, byTopic.entrySet().stream()
                    .map(topic -> new TopicResult(topic.getKey(), topic.getValue())).toList());
            exchange.loop().execute(() -> reply.send(response));
        });
    }
}
