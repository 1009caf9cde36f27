package io.millrace.consumer;

import io.millrace.consumer.fetch.ClusterBrokers;
import io.millrace.consumer.fetch.FetchRules;
import io.millrace.consumer.fetch.Fetcher;
import io.millrace.consumer.fetch.FoundOffset;
import io.millrace.consumer.fetch.OffsetSearch;
import io.millrace.consumer.group.Commits;
import io.millrace.consumer.poll.Assignment;
import io.millrace.consumer.poll.FetchCommands;
import io.millrace.consumer.poll.Mailbox;
import io.millrace.protocol.client.ClusterClient;
import io.millrace.protocol.client.setting.ClientSettings;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;

/**
 * The border between the thread that polls and the client's loop: makes what belongs to either of them, and lets the
 * first wait for the second.
 */
final class ConsumerClient {
    private final Settings settings;
    private final ClusterClient client;
    private final FetchRules rules;
    private final Mailbox mailbox = new Mailbox();
    private final Assignment assignment;
    private final Commits commits;
    private final Fetcher fetcher;

    /** The group's id is null if there is no group. */
    ConsumerClient(Settings settings) {
        this.settings = settings;
        rules = ConsumerSettings.fetchRules(settings);
        var groupId = settings.get(ConsumerSettings.GROUP_ID);
        client = ClusterClient.open(settings, settings.get(ConsumerSettings.AUTO_CREATE_TOPICS));
        commits = groupId == null ? null : new Commits(client, groupId, rules.isReadCommitted());
        var commands = new FetchCommands(this::onLoop);
        assignment = new Assignment(mailbox, commands);
        fetcher = new Fetcher(new ClusterBrokers(client, rules,
                partitions -> commits.committed(partitions, rules.requestTimeoutMs())), rules, assignment);
        commands.to(fetcher);
        onLoop(() -> {
            client.onView(fetcher::pump);
            client.onConnection(nodeId -> fetcher.pump());
        });
    }

    /** Runs a task on the client's loop; throws {@link RejectedExecutionException} once that has ended. */
    void onLoop(Runnable task) {
        client.loop().execute(task);
    }

    /** Keeps the view of these topics fresh, and of no others. */
    void follow(Set<String> topics) {
        onLoop(() -> client.follow(topics));
    }

    boolean isReadCommitted() {
        return rules.isReadCommitted();
    }

    ClusterClient client() {
        return client;
    }

    Assignment assignment() {
        return assignment;
    }

    Mailbox mailbox() {
        return mailbox;
    }

    /** Null without a group. */
    Commits commitsOrNull() {
        return commits;
    }

    /** Fails with INVALID_GROUP_ID without a group. */
    Commits commits() {
        if (commits == null) {
            throw Commits.noGroup();
        }
        return commits;
    }

    CompletableFuture<Map<TopicPartition, FoundOffset>> offsets(Map<TopicPartition, Long> timestamps,
            Duration timeout) {
        return OffsetSearch.begin(client, rules, timestamps, timeout.toNanos());
    }

    /** Waits for an answer; throws its failure, or REQUEST_TIMED_OUT with a word on what was waited for. */
    <T> T await(CompletableFuture<T> answer, Duration timeout, String what) {
        answer.whenComplete((value, failure) -> mailbox.signal());
        try {
            if (!mailbox.await(answer::isDone, System.nanoTime() + timeout.toNanos())) {
                throw timedOut(what, timeout);
            }
            return answer.get();
        } catch (ExecutionException e) {
            throw unwrapped(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(ErrorCode.REQUEST_TIMED_OUT, "interrupted while waiting for " + what);
        } finally {
            answer.cancel(false);
        }
    }

    ApiException timedOut(String what, Duration timeout) {
        var reason = client.lastFailure();
        return new ApiException(ErrorCode.REQUEST_TIMED_OUT,
                what + " is not known after " + timeout.toMillis()
                        + " ms: " + (reason == null ? "no broker has answered (yet)" : reason.getMessage())
                        + "; "
                        + ClientSettings.BOOTSTRAP_SERVERS.name() + " are "
                        + settings.text(ClientSettings.BOOTSTRAP_SERVERS));
    }

    static RuntimeException unwrapped(Throwable failure) {
        var cause = failure instanceof CompletionException && failure.getCause() != null ? failure.getCause()
                : failure;
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    /** Ends the loop, and lets go of all that is left. */
    void close() {
        onLoop(fetcher::close);
        client.close();
        assignment.close();
    }
}
