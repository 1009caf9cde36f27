package io.millrace.consumer;

import io.millrace.consumer.group.Commits;
import io.millrace.consumer.position.OffsetAndMetadata;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commits of one consumer, one after the other, so that none overtakes an earlier one; and those that poll makes by
 * itself. Owned by the polling thread.
 */
final class OffsetCommits {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetCommits.class);

    private final ConsumerClient client;
    private final GroupMember group;
    private final Interceptors<?, ?> interceptors;
    private final boolean isAutomatic;
    private final long intervalNs;
    private final int timeoutMs;
    private final ArrayDeque<Runnable> callbacks = new ArrayDeque<>();
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
    private long nextAutomaticNs;
    private HandlerRun<?, ?> run;

    OffsetCommits(ConsumerClient client, Settings settings, GroupMember group,
            Interceptors<?, ?> interceptors) {
        this.client = client;
        this.group = group;
        this.interceptors = interceptors;
        isAutomatic = client.commitsOrNull() != null && settings.get(ConsumerSettings.AUTO_COMMIT);
        intervalNs = TimeUnit.MILLISECONDS.toNanos(settings.get(ConsumerSettings.AUTO_COMMIT_INTERVAL_MS));
        timeoutMs = settings.get(ConsumerSettings.API_TIMEOUT_MS);
        nextAutomaticNs = System.nanoTime() + intervalNs;
    }

    /** What poll has returned so far. */
    Map<TopicPartition, OffsetAndMetadata> polled() {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        client.assignment().positions()
                .forEach((partition, position) -> offsets.put(partition, position.toCommit()));
        return offsets;
    }

    /** Commits by itself, from here on, what a run has done. */
    void follow(HandlerRun<?, ?> handlerRun) {
        run = handlerRun;
    }

    /** Commits what the run has done; the application commits again. */
    void unfollow(Duration timeout) {
        var ended = run;
        var done = ended.done();
        run = null;
        ended.rewind();
        if (client.commitsOrNull() != null) {
            try {
                client.await(beginQuietly(done), timeout, "the commit of what is done");
            } catch (RuntimeException e) {
                LOG.warn("Offsets {} were not committed, and their records come again: {}", done,
                        e.getMessage());
            }
        }
    }

    private boolean isAutomatic() {
        return isAutomatic || run != null && client.commitsOrNull() != null;
    }

    private Map<TopicPartition, OffsetAndMetadata> done() {
        return run == null ? polled() : run.done();
    }

    /** Begins a commit once the earlier ones are done with. */
    CompletableFuture<Void> begin(Map<TopicPartition, OffsetAndMetadata> offsets,
            OffsetCommitCallback callback) {
        Commits commits = client.commits();
        var given = Map.copyOf(offsets);
        var as = group.member();
        var done = group.isJoining() ? CompletableFuture.<Void>failedFuture(
                new ApiException(ErrorCode.REBALANCE_IN_PROGRESS, "the group is rebalancing"))
                : last.handle((nothing, failure) -> commits.commit(as, given, timeoutMs))
                        .thenCompose(commit -> commit);
        last = done;
        done.whenComplete((nothing, failure) -> client.mailbox().execute(() -> callbacks.add(() -> {
            var cause = failure == null ? null : explained(ConsumerClient.unwrapped(failure));
            if (cause == null) {
                interceptors.onCommit(given);
            }
            if (callback != null) {
                callback.onComplete(given, cause);
            }
        })));
        return done;
    }

    /** The same for a callback, which may be null: then a failure is logged. */
    void beginTold(Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
        if (callback == null) {
            beginAlone(offsets);
        } else {
            begin(offsets, callback);
        }
    }

    private void beginAlone(Map<TopicPartition, OffsetAndMetadata> offsets) {
        begin(offsets, (committed, failure) -> {
            if (failure != null) {
                LOG.warn("Offsets {} were not committed: {}", committed, failure.getMessage());
            }
        });
    }

    /** Commits and waits; the callbacks of earlier commits are called before it returns. */
    void commit(Map<TopicPartition, OffsetAndMetadata> offsets, Duration timeout) {
        var done = begin(offsets, null);
        try {
            client.await(done, timeout, "the commit of " + offsets);
        } catch (ApiException e) {
            throw explained(e);
        } finally {
            client.mailbox().runAll();
            runCallbacks();
        }
    }

    private static RuntimeException explained(RuntimeException failure) {
        if (!(failure instanceof ApiException refusal)) {
            return failure;
        }
        var why = switch (refusal.errorCode()) {
            case ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID -> "the group has gone on without this member, and its"
                    + " partitions belong to others: call poll more often, or raise max.poll.interval.ms";
            case REBALANCE_IN_PROGRESS -> "the group is rebalancing: poll, then commit again";
            case FENCED_INSTANCE_ID -> "another member has the same group.instance.id";
            default -> null;
        };
        return why == null ? refusal
                : new ApiException(refusal.errorCode(),
                        "not committed (" + refusal.errorCode() + "): " + why);
    }

    /** Tells those who wanted to know. */
    void runCallbacks() {
        for (var callback = callbacks.poll(); callback != null; callback = callbacks.poll()) {
            callback.run();
        }
    }

    /** Commits what earlier polls have returned, if that is wanted and it is time. */
    void tick(long nowNs) {
        if (isAutomatic() && nextAutomaticNs - nowNs <= 0) {
            nextAutomaticNs = nowNs + intervalNs;
            if (last.isDone() && !group.isJoining() && !client.assignment().isEmpty()) {
                beginAlone(done());
            }
        }
    }

    /** When {@link #tick} has something to do. */
    long nextTickNs(long deadlineNs) {
        return isAutomatic() && nextAutomaticNs - deadlineNs < 0 ? nextAutomaticNs : deadlineNs;
    }

    /** Before partitions go: commits what was polled, or what a run has done, if that is wanted; never fails. */
    CompletableFuture<Void> beginBeforeLoss() {
        if (!isAutomatic() || client.assignment().isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        var stopping = run;
        if (stopping == null) {
            return beginQuietly(polled());
        }
        return stopping.settle().thenCompose(nothing -> {
            var done = stopping.done();
            stopping.rewind();
            return beginQuietly(done);
        });
    }

    private CompletableFuture<Void> beginQuietly(Map<TopicPartition, OffsetAndMetadata> offsets) {
        nextAutomaticNs = System.nanoTime() + intervalNs;
        return begin(offsets, (committed, failure) -> {
            if (failure != null) {
                LOG.warn("Offsets {} were not committed before partitions went: {}", committed,
                        failure.getMessage());
            }
        }).exceptionally(failure -> null);
    }

    /** The last commit: what was polled, if that is wanted, after those that are under way; never fails. */
    void end(Duration timeout) {
        try {
            client.await(
                    beginBeforeLoss().thenCombine(last.handle((nothing, failure) -> null), (a, b) -> null),
                    timeout, "the last commit");
        } catch (RuntimeException e) {
            LOG.warn("Not all commits were answered when the consumer was closed: {}", e.getMessage());
        }
        client.mailbox().runAll();
        runCallbacks();
    }
}
