package io.millrace.admin.topic;

import io.millrace.admin.operation.Calls;
import io.millrace.admin.operation.OutcomeBuilder;
import io.millrace.admin.operation.Outcomes;
import io.millrace.protocol.message.cluster.Metadata;
import io.millrace.protocol.message.topic.CreatePartitions;
import io.millrace.protocol.message.topic.CreateTopics;
import io.millrace.protocol.message.topic.DeleteTopics;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Creates, lists, describes, grows and deletes topics. Immutable, for any thread. */
public final class TopicOperations {
    private final Calls calls;

    public TopicOperations(Calls calls) {
        this.calls = calls;
    }

    /** If it is only validated, nothing is created. */
    public CompletableFuture<Outcomes<String, CreatedTopic>> create(Collection<NewTopic> topics,
            boolean isOnlyValidated) {
        var creatable = topics.stream().map(TopicOperations::creatable).toList();
        return calls.controller(new CreateTopics.Request(creatable, calls.timeoutMs(), isOnlyValidated),
                answer -> first(answer.topics(), CreateTopics.Response.CreatableTopicResult::errorCode))
                .thenApply(answer -> {
                    var outcomes = new OutcomeBuilder<String, CreatedTopic>();
                    answer.topics().forEach(each -> outcomes.add(each.name(), new CreatedTopic(each.name(),
                            each.topicId(), each.numPartitions(), each.replicationFactor()),
                            each.errorCode(), each.errorMessage()));
                    return outcomes.build();
                });
    }

    private static <T> ErrorCode first(List<T> results, Function<T, ErrorCode> error) {
        return results.isEmpty() ? ErrorCode.NONE : error.apply(results.get(0));
    }

    private static CreateTopics.Request.CreatableTopic creatable(NewTopic topic) {
        var assignments = new TreeMap<>(topic.assignment()).entrySet().stream()
                .map(each -> new CreateTopics.Request.CreatableReplicaAssignment(each.getKey(),
                        each.getValue()))
                .toList();
        var configs = new TreeMap<>(topic.configs()).entrySet().stream()
                .map(each -> new CreateTopics.Request.CreatableTopicConfig(each.getKey(), each.getValue()))
                .toList();
        return new CreateTopics.Request.CreatableTopic(topic.name(), topic.partitions(),
                topic.replicationFactor(), assignments, configs);
    }

    public CompletableFuture<Outcomes<String, Uuid>> delete(Collection<String> names) {
        var states = names.stream().map(name -> new DeleteTopics.Request.DeleteTopicState(name, Uuid.ZERO))
                .toList();
        return calls.controller(new DeleteTopics.Request(states, List.copyOf(names), calls.timeoutMs()),
                answer -> first(answer.responses(), DeleteTopics.Response.DeletableTopicResult::errorCode))
                .thenApply(answer -> {
                    var outcomes = new OutcomeBuilder<String, Uuid>();
                    answer.responses().forEach(each -> outcomes.add(each.name(), each.topicId(),
                            each.errorCode(), each.errorMessage()));
                    return outcomes.build();
                });
    }

    /** Adds partitions; answers how many the topic has then. If it is only validated, nothing is changed. */
    public CompletableFuture<Outcomes<String, Integer>> createPartitions(Map<String, NewPartitions> counts,
            boolean isOnlyValidated) {
        var topics = new TreeMap<>(counts).entrySet().stream().map(each -> new CreatePartitions.Request.Topic(
                each.getKey(), each.getValue().totalCount(), assignments(each.getValue()))).toList();
        return calls.controller(new CreatePartitions.Request(topics, calls.timeoutMs(), isOnlyValidated),
                answer -> first(answer.results(), CreatePartitions.Response.TopicResult::errorCode))
                .thenApply(answer -> {
                    var outcomes = new OutcomeBuilder<String, Integer>();
                    answer.results().forEach(each -> outcomes.add(each.name(),
                            counts.get(each.name()).totalCount(), each.errorCode(), each.errorMessage()));
                    return outcomes.build();
                });
    }

    private static List<CreatePartitions.Request.Assignment> assignments(NewPartitions partitions) {
        return partitions.assignments().isEmpty() ? null
                : partitions.assignments().stream().map(CreatePartitions.Request.Assignment::new).toList();
    }

    /** All topics that the caller may see, by their names. */
    public CompletableFuture<List<TopicListing>> list() {
        return metadata(null).thenApply(answer -> answer.topics().stream()
                .filter(each -> each.errorCode() != ErrorCode.UNKNOWN_TOPIC_OR_PARTITION)
                .map(each -> new TopicListing(each.name(), each.topicId(), each.isInternal()))
                .sorted(Comparator.comparing(TopicListing::name)).toList());
    }

    private CompletableFuture<Metadata.Response> metadata(List<Metadata.Request.Topic> topics) {
        return calls.any(new Metadata.Request(topics, false, false, false), Metadata.Response::errorCode);
    }

    /** Reads in pages of at most so many partitions, where the cluster has pages. */
    public CompletableFuture<Outcomes<String, TopicDescription>> describe(Collection<String> names,
            int pageSize) {
        if (names.isEmpty()) {
            return CompletableFuture.completedFuture(new Outcomes<>(Map.of(), Map.of()));
        }
        return new TopicPages(calls, List.copyOf(names), pageSize).read()
                .handle((read, failure) -> failure == null ? CompletableFuture.completedFuture(read)
                        : isWithoutPages(failure) ? describeByMetadata(names)
                                : CompletableFuture.<Outcomes<String, TopicDescription>>failedFuture(
                                        Calls.failureOf(failure)))
                .thenCompose(Function.identity());
    }

    private static boolean isWithoutPages(Throwable failure) {
        return Calls.failureOf(failure) instanceof ApiException refusal
                && refusal.errorCode() == ErrorCode.UNSUPPORTED_VERSION;
    }

    private CompletableFuture<Outcomes<String, TopicDescription>> describeByMetadata(
            Collection<String> names) {
        var topics = names.stream().distinct().sorted()
                .map(name -> new Metadata.Request.Topic(Uuid.ZERO, name)).toList();
        return metadata(topics).thenApply(answer -> {
            var outcomes = new OutcomeBuilder<String, TopicDescription>();
            answer.topics().forEach(each -> outcomes.add(each.name(), description(each), each.errorCode(),
                    null));
            return outcomes.build();
        });
    }

    private static TopicDescription description(Metadata.Response.Topic topic) {
        var partitions = topic.partitions().stream().map(each -> new PartitionDescription(
                each.partitionIndex(), each.leaderId(), List.copyOf(each.replicaNodes()),
                List.copyOf(each.isrNodes()), null, null))
                .sorted(Comparator.comparingInt(PartitionDescription::partition)).toList();
        return new TopicDescription(topic.name(), topic.topicId(), topic.isInternal(), partitions);
    }
}
