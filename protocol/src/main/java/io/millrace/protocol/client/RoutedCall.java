package io.millrace.protocol.client;

import io.millrace.protocol.client.setting.Backoff;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.channel.EventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * One query on its way: looks its broker up, sends, and tries again after errors that may pass, until it is answered
 * or its time is over. Owned by the client's loop.
 */
final class RoutedCall<R extends ApiMessage> {
    private final Query<R> query;
    private final Limits limits;
    private final Way way;
    private final long deadlineNs;
    private final CompletableFuture<R> result = new CompletableFuture<>();
    private RuntimeException lastFailure;
    private int failures;

    /** How a call finds its broker, and what it does once the way proved wrong. */
    interface Way {
        /** The connection to the broker that the query is for; fails with a ConnectionFailure or an ApiException. */
        CompletableFuture<Connection> connect(int timeoutMs);

        /** The broker was not the right one, or could not be reached. */
        void isWrong();
    }

    /** The bounds of every attempt. */
    record Limits(EventLoop loop, int requestTimeoutMs, Backoff backoff) {}

    RoutedCall(Query<R> query, Way way, Limits limits, int timeoutMs) {
        this.query = query;
        this.way = way;
        this.limits = limits;
        deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        var timer = limits.loop.schedule(this::expire, timeoutMs, TimeUnit.MILLISECONDS);
        result.whenComplete((answer, failure) -> timer.cancel(false));
    }

    CompletableFuture<R> result() {
        return result;
    }

    /** Gives up. */
    void fail(RuntimeException reason) {
        result.completeExceptionally(reason);
    }

    void attempt() {
        if (result.isDone()) {
            return;
        }
        int timeoutMs = (int) Math.max(1, Math.min(limits.requestTimeoutMs,
                TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime())));
        way.connect(timeoutMs).thenCompose(connection -> send(connection, timeoutMs))
                .whenComplete(this::ended);
    }

    private CompletableFuture<R> send(Connection connection, int timeoutMs) {
        int version = Math.min(connection.versions().highest(query.api()), query.highestVersion());
        if (!connection.versions().speaks(query.api(), version)) {
            return CompletableFuture.failedFuture(new ApiException(ErrorCode.UNSUPPORTED_VERSION,
                    connection + " does not speak " + query.api()));
        }
        return connection.send(query.request().apply(version), version, timeoutMs);
    }

    private void ended(R answer, Throwable failure) {
        if (failure != null) {
            failed(rootOf(failure));
            return;
        }
        var error = query.error().apply(answer);
        if (error == ErrorCode.NONE) {
            result.complete(answer);
        } else {
            failed(new ApiException(error, query.api() + " failed: " + error));
        }
    }

    static RuntimeException rootOf(Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause()
                : failure;
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    private void failed(RuntimeException failure) {
        lastFailure = failure;
        if (result.isDone()) {
            return;
        }
        if (failure instanceof ApiException refusal) {
            if (!refusal.errorCode().isRetriable()) {
                result.completeExceptionally(failure);
                return;
            }
            if (refusal.errorCode().remedy() == ErrorCode.Remedy.REFRESH_METADATA
                    || refusal.errorCode() == ErrorCode.NOT_CONTROLLER) {
                way.isWrong();
            }
        } else if (failure instanceof ConnectionFailure) {
            way.isWrong();
        } else {
            result.completeExceptionally(failure);
            return;
        }
        limits.loop.schedule(this::attempt, limits.backoff.delayMs(++failures), TimeUnit.MILLISECONDS);
    }

    private void expire() {
        result.completeExceptionally(new ApiException(ErrorCode.REQUEST_TIMED_OUT, query.api()
                + " had no answer in its time"
                + (lastFailure == null ? "" : "; at last: " + lastFailure.getMessage())));
    }
}
