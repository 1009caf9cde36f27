package io.millrace.admin.operation;

import io.millrace.protocol.client.ClusterClient;
import io.millrace.protocol.client.Query;
import io.millrace.protocol.client.Route;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Sends requests of an admin to where they belong, each bounded by the same time. Immutable, for any thread. */
public final class Calls {
    private final ClusterClient client;
    private final int timeoutMs;

    public Calls(ClusterClient client, int timeoutMs) {
        this.client = client;
        this.timeoutMs = timeoutMs;
    }

    public int timeoutMs() {
        return timeoutMs;
    }

    ClusterClient client() {
        return client;
    }

    /** To any broker. */
    public <R extends ApiMessage> CompletableFuture<R> any(ApiRequest<R> request) {
        return client.send(new Route.Any(), Query.of(request), timeoutMs);
    }

    /** To any broker; an answer with an error that may pass is asked for again. */
    public <R extends ApiMessage> CompletableFuture<R> any(ApiRequest<R> request,
            Function<R, ErrorCode> error) {
        return client.send(new Route.Any(), Query.of(request, error), timeoutMs);
    }

    /** To any broker. */
    public <R extends ApiMessage> CompletableFuture<R> any(Query<R> query) {
        return client.send(new Route.Any(), query, timeoutMs);
    }

    /** To the broker with this id. */
    public <R extends ApiMessage> CompletableFuture<R> node(int nodeId, ApiRequest<R> request) {
        return client.send(new Route.ToNode(nodeId), Query.of(request), timeoutMs);
    }

    /** To the controller; sent again where it had just moved. */
    public <R extends ApiMessage> CompletableFuture<R> controller(ApiRequest<R> request,
            Function<R, ErrorCode> error) {
        return client.send(new Route.Controller(), Query.of(request, answer -> moved(error.apply(answer))),
                timeoutMs);
    }

    /** Only the wrong controller is a reason to ask again: what else is refused is the caller's to read. */
    private static ErrorCode moved(ErrorCode error) {
        return error == ErrorCode.NOT_CONTROLLER ? error : ErrorCode.NONE;
    }

    /** To the coordinator of a group; sent again while the group is being loaded, or its coordinator moves. */
    public <R extends ApiMessage> CompletableFuture<R> group(String groupId, Query<R> query) {
        var coordinator = new Route.Coordinator(Route.CoordinatorType.GROUP, groupId);
        return client.send(coordinator, new Query<>(query.api(), query.request(),
                answer -> moving(query.error().apply(answer)), query.highestVersion()), timeoutMs);
    }

    private static ErrorCode moving(ErrorCode error) {
        return switch (error) {
            case COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR -> error;
            default -> ErrorCode.NONE;
        };
    }

    /** Asks for each key on its own; the outcomes come when all have answered or failed. */
    public static <K, V> CompletableFuture<Outcomes<K, V>> each(Collection<K> keys,
            Function<K, CompletableFuture<V>> ask) {
        var asked = new LinkedHashMap<K, CompletableFuture<V>>();
        keys.forEach(key -> asked.computeIfAbsent(key, ask));
        return together(asked.values()).thenApply(all -> {
            var outcomes = new OutcomeBuilder<K, V>();
            asked.forEach((key, answer) -> {
                try {
                    outcomes.value(key, answer.join());
                } catch (CompletionException e) {
                    outcomes.failure(key, failureOf(e));
                }
            });
            return outcomes.build();
        });
    }

    /** Completes when all of them have, whether well or badly. */
    static CompletableFuture<Void> together(Collection<? extends CompletableFuture<?>> futures) {
        var calm = new ArrayList<CompletableFuture<?>>();
        futures.forEach(future -> calm.add(future.handle((value, failure) -> null)));
        return CompletableFuture.allOf(calm.toArray(new CompletableFuture<?>[0]));
    }

    /** The failure itself, without the wrapping of futures. */
    public static RuntimeException failureOf(Throwable failure) {
        var cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    /** What all of these brokers answer, by their ids; fails if one does not answer. */
    public <R extends ApiMessage> CompletableFuture<Map<Integer, R>> nodes(Collection<Integer> nodeIds,
            ApiRequest<R> request, Function<R, ErrorCode> error) {
        var answers = new ConcurrentHashMap<Integer, R>();
        var asked = new ArrayList<CompletableFuture<?>>();
        for (int id : List.copyOf(nodeIds)) {
            asked.add(client.send(new Route.ToNode(id), Query.of(request, error), timeoutMs)
                    .thenAccept(answer -> answers.put(id, answer)));
        }
        return CompletableFuture.allOf(asked.toArray(new CompletableFuture<?>[0])).thenApply(done -> answers);
    }
}
