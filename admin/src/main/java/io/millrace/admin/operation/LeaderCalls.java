package io.millrace.admin.operation;

import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.message.cluster.Metadata;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * Asks the leaders of partitions, each for all of its own at once, and asks again for those whose leader has moved,
 * until the time is over. One object serves one question; its state belongs to the client's loop.
 */
public final class LeaderCalls<V> {
    private static final long PAUSE_MS = 100;

    private final Calls calls;
    private final Ask<V> ask;
    private final OutcomeBuilder<TopicPartition, V> outcomes = new OutcomeBuilder<>();
    private final CompletableFuture<Outcomes<TopicPartition, V>> result = new CompletableFuture<>();
    private final long deadlineNs;

    /** Asks one broker for partitions that it leads. */
    @FunctionalInterface
    public interface Ask<V> {
        CompletableFuture<Outcomes<TopicPartition, V>> ask(int nodeId, Collection<TopicPartition> partitions);
    }

    private LeaderCalls(Calls calls, Ask<V> ask) {
        this.calls = calls;
        this.ask = ask;
        deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(calls.timeoutMs());
    }

    /** The outcome of every partition, in any order. */
    public static <V> CompletableFuture<Outcomes<TopicPartition, V>> of(Calls calls,
            Collection<TopicPartition> partitions, Ask<V> ask) {
        var question = new LeaderCalls<>(calls, ask);
        question.attempt(new TreeSet<>(partitions));
        return question.result;
    }

    /** Partitions under the names of their topics, in order. */
    public static Map<String, List<Integer>> byTopic(Collection<TopicPartition> partitions) {
        var topics = new TreeMap<String, List<Integer>>();
        for (var partition : new TreeSet<>(partitions)) {
            topics.computeIfAbsent(partition.topic(), name -> new ArrayList<>()).add(partition.partition());
        }
        return topics;
    }

    private void attempt(Collection<TopicPartition> partitions) {
        if (partitions.isEmpty()) {
            result.complete(outcomes.build());
            return;
        }
        var topics = byTopic(partitions).keySet().stream()
                .map(name -> new Metadata.Request.Topic(Uuid.ZERO, name)).toList();
        calls.any(new Metadata.Request(topics, false, false, false)).whenComplete((answer, failure) -> {
            if (failure != null) {
                partitions.forEach(each -> outcomes.failure(each, Calls.failureOf(failure)));
                result.complete(outcomes.build());
            } else {
                askLeaders(leaders(answer), partitions);
            }
        });
    }

    private static Map<TopicPartition, Metadata.Response.Partition> leaders(Metadata.Response answer) {
        var leaders = new HashMap<TopicPartition, Metadata.Response.Partition>();
        for (var topic : answer.topics()) {
            topic.partitions().forEach(
                    each -> leaders.put(new TopicPartition(topic.name(), each.partitionIndex()), each));
        }
        return leaders;
    }

    private void askLeaders(Map<TopicPartition, Metadata.Response.Partition> leaders,
            Collection<TopicPartition> partitions) {
        var byNode = new TreeMap<Integer, List<TopicPartition>>();
        var again = new ArrayList<TopicPartition>();
        for (var each : partitions) {
            var known = leaders.get(each);
            if (known == null) {
                outcomes.add(each, null, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
                        "there is no partition " + each);
            } else if (known.leaderId() < 0) {
                retryOrFail(each, new ApiException(ErrorCode.LEADER_NOT_AVAILABLE,
                        "partition " + each + " has no leader"), again);
            } else {
                byNode.computeIfAbsent(known.leaderId(), id -> new ArrayList<>()).add(each);
            }
        }
        var asked = new ArrayList<CompletableFuture<Outcomes<TopicPartition, V>>>();
        byNode.forEach((node, own) -> asked.add(ask.ask(node, own).exceptionally(
                failure -> allFailed(own, Calls.failureOf(failure)))));
        Calls.together(asked).thenRun(() -> {
            asked.forEach(each -> take(each.join(), again));
            goOn(again);
        }).exceptionally(this::breakOff);
    }

    private Void breakOff(Throwable failure) {
        result.completeExceptionally(failure instanceof CompletionException e ? Calls.failureOf(e) : failure);
        return null;
    }

    private static <V> Outcomes<TopicPartition, V> allFailed(List<TopicPartition> partitions,
            RuntimeException failure) {
        var failed = new OutcomeBuilder<TopicPartition, V>();
        partitions.forEach(each -> failed.failure(each, failure));
        return failed.build();
    }

    private void take(Outcomes<TopicPartition, V> answer, List<TopicPartition> again) {
        answer.values().forEach(outcomes::value);
        answer.failures().forEach((partition, failure) -> retryOrFail(partition, failure, again));
    }

    private void retryOrFail(TopicPartition partition, RuntimeException failure, List<TopicPartition> again) {
        boolean mayPass = failure instanceof ApiException refusal && refusal.errorCode().isRetriable()
                && refusal.errorCode() != ErrorCode.REQUEST_TIMED_OUT;
        if (mayPass && deadlineNs - System.nanoTime() > 0) {
            again.add(partition);
        } else {
            outcomes.failure(partition, failure);
        }
    }

    private void goOn(List<TopicPartition> again) {
        if (again.isEmpty()) {
            result.complete(outcomes.build());
        } else {
            calls.client().loop().schedule(() -> attempt(again), PAUSE_MS, TimeUnit.MILLISECONDS);
        }
    }
}
