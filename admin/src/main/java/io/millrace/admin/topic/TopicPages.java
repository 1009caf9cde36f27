package io.millrace.admin.topic;

import io.millrace.admin.operation.Calls;
import io.millrace.admin.operation.OutcomeBuilder;
import io.millrace.admin.operation.Outcomes;
import io.millrace.protocol.message.topic.DescribeTopicPartitions;
import io.millrace.protocol.message.topic.DescribeTopicPartitions.Response;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Reads the partitions of topics page by page. One object serves one question; one thread at a time has it. */
final class TopicPages {
    private final Calls calls;
    private final List<DescribeTopicPartitions.Request.Topic> topics;
    private final int pageSize;
    private final TreeMap<String, Response.Topic> heads = new TreeMap<>();
    private final TreeMap<String, List<PartitionDescription>> partitions = new TreeMap<>();

    TopicPages(Calls calls, List<String> names, int pageSize) {
        this.calls = calls;
        this.topics = names.stream().distinct().sorted().map(DescribeTopicPartitions.Request.Topic::new)
                .toList();
        this.pageSize = pageSize;
    }

    CompletableFuture<Outcomes<String, TopicDescription>> read() {
        return read(null).thenApply(done -> outcomes());
    }

    private CompletableFuture<Void> read(DescribeTopicPartitions.Request.Cursor from) {
        return calls.any(new DescribeTopicPartitions.Request(topics, pageSize, from)).thenCompose(answer -> {
            answer.topics().forEach(this::take);
            var next = answer.nextCursor();
            return next == null ? CompletableFuture.completedFuture(null)
                    : read(new DescribeTopicPartitions.Request.Cursor(next.topicName(),
                            next.partitionIndex()));
        });
    }

    private void take(Response.Topic page) {
        heads.putIfAbsent(page.name(), page);
        var all = partitions.computeIfAbsent(page.name(), name -> new ArrayList<>());
        page.partitions().forEach(each -> all.add(new PartitionDescription(each.partitionIndex(),
                each.leaderId(), List.copyOf(each.replicaNodes()), List.copyOf(each.isrNodes()),
                each.eligibleLeaderReplicas() == null ? List.of()
                        : List.copyOf(each.eligibleLeaderReplicas()),
                each.lastKnownElr() == null ? List.of() : List.copyOf(each.lastKnownElr()))));
    }

    private Outcomes<String, TopicDescription> outcomes() {
        var outcomes = new OutcomeBuilder<String, TopicDescription>();
        heads.forEach((name, head) -> outcomes.add(name,
                new TopicDescription(name, head.topicId(), head.isInternal(),
                        List.copyOf(partitions.get(name))),
                head.errorCode(), head.errorCode() == ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                        ? "there is no topic " + name
                        : null));
        return outcomes.build();
    }
}
