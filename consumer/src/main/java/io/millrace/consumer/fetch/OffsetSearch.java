package io.millrace.consumer.fetch;

import io.millrace.protocol.client.ClusterClient;
import io.millrace.protocol.client.Route;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * One search for the offsets of timestamps in any partitions, with a question to each of their leaders, and again where
 * the answer may be another one later. Owned by the client's loop.
 */
public final class OffsetSearch {
    private final ClusterClient client;
    private final FetchRules rules;
    private final Map<TopicPartition, Long> open;
    private final long deadlineNs;
    private final Map<TopicPartition, FoundOffset> found = new HashMap<>();
    private final CompletableFuture<Map<TopicPartition, FoundOffset>> result = new CompletableFuture<>();
    private ErrorCode lastError = ErrorCode.LEADER_NOT_AVAILABLE;
    private int failures;

    private OffsetSearch(ClusterClient client, FetchRules rules, Map<TopicPartition, Long> timestamps,
            long timeoutNs) {
        this.client = client;
        this.rules = rules;
        open = new HashMap<>(timestamps);
        deadlineNs = System.nanoTime() + timeoutNs;
    }

    /** Begins a search; it fails with an ApiException if a partition's answer stays away or is refused. */
    public static CompletableFuture<Map<TopicPartition, FoundOffset>> begin(ClusterClient client,
            FetchRules rules, Map<TopicPartition, Long> timestamps, long timeoutNs) {
        var search = new OffsetSearch(client, rules, timestamps, timeoutNs);
        var topics = timestamps.keySet().stream().map(TopicPartition::topic).distinct().map(client::topic)
                .toArray(CompletableFuture<?>[]::new);
        CompletableFuture.allOf(topics).whenComplete((known, failure) -> {
            if (failure != null) {
                search.result.completeExceptionally(causeOf(failure));
            } else {
                client.loop().execute(search::ask);
            }
        });
        search.result.whenComplete((answer, failure) -> List.of(topics).forEach(each -> each.cancel(false)));
        return search.result;
    }

    private static Throwable causeOf(Throwable failure) {
        return failure instanceof CompletionException ? failure.getCause() : failure;
    }

    private void ask() {
        if (result.isDone()) {
            return;
        }
        var byLeader = new HashMap<Integer, Map<TopicPartition, Long>>();
        open.forEach((partition, timestamp) -> {
            var leader = client.view().leaderOf(partition.topic(), partition.partition());
            if (leader != null) {
                byLeader.computeIfAbsent(leader.id(), absent -> new HashMap<>()).put(partition, timestamp);
            }
        });
        var answers = new ArrayList<CompletableFuture<?>>();
        byLeader.forEach((leader, timestamps) -> answers.add(client
                .send(new Route.ToNode(leader), OffsetQueries.listOffsets(timestamps, rules.isolationLevel(),
                        rules.requestTimeoutMs(), client.view()), rules.requestTimeoutMs())
                .thenAccept(answer -> OffsetQueries.found(answer).forEach(this::take))));
        CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .whenComplete((all, failure) -> asked());
    }

    private void take(TopicPartition partition, FoundOffset offset) {
        if (offset.error() == ErrorCode.NONE) {
            open.remove(partition);
            found.put(partition, offset);
        } else if (offset.error().isRetriable()) {
            lastError = offset.error();
        } else {
            result.completeExceptionally(new ApiException(offset.error(),
                    "no offset of " + partition + ": " + offset.error()));
        }
    }

    private void asked() {
        if (open.isEmpty()) {
            result.complete(found);
        } else if (System.nanoTime() - deadlineNs >= 0) {
            result.completeExceptionally(new ApiException(ErrorCode.REQUEST_TIMED_OUT,
                    "no offset of " + open.keySet() + " in time; at last: " + lastError));
        } else if (!result.isDone()) {
            client.refresh();
            client.loop().schedule(this::ask, rules.backoff().delayMs(++failures), TimeUnit.MILLISECONDS);
        }
    }
}
