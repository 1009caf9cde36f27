package io.millrace.protocol.client;

import io.millrace.protocol.client.setting.Backoff;
import io.millrace.protocol.client.setting.ClientSettings;
import io.millrace.protocol.cluster.ClusterView;
import io.millrace.protocol.cluster.Node;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.cluster.TopicView;
import io.millrace.protocol.message.cluster.Metadata;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import io.netty.channel.EventLoop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a client's view of the cluster fresh: asks when something is wanted or outdated and when the view is old, one
 * question at a time, and pauses after failures. Owned by the client's loop; the view may be read by any thread.
 */
final class MetadataUpdates {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataUpdates.class);

    private final EventLoop loop;
    private final NodeChoice nodes;
    private final Backoff backoff;
    private final int timeoutMs;
    private final long maxAgeNs;
    private final long rebootstrapTriggerNs;
    private final boolean allowsAutoCreation;
    private final Set<String> followed = new HashSet<>();
    private final Map<String, List<CompletableFuture<TopicView>>> waiting = new HashMap<>();
    private final List<Runnable> listeners = new ArrayList<>();
    private volatile ClusterView view = ClusterView.UNKNOWN;
    private volatile RuntimeException lastFailure;
    private boolean isAsking;
    private boolean isAskedAgain;
    private boolean isOutdated;
    private int failures;
    private long askedAtNs = System.nanoTime();
    private long answeredAtNs = System.nanoTime();
    private long timerAtNs = Long.MAX_VALUE;

    MetadataUpdates(EventLoop loop, NodeChoice nodes, Settings settings, boolean allowsAutoCreation) {
        this.loop = loop;
        this.nodes = nodes;
        this.allowsAutoCreation = allowsAutoCreation;
        backoff = ClientSettings.retryBackoff(settings);
        timeoutMs = settings.get(ClientSettings.REQUEST_TIMEOUT_MS);
        maxAgeNs = TimeUnit.MILLISECONDS.toNanos(settings.get(ClientSettings.METADATA_MAX_AGE_MS));
        rebootstrapTriggerNs = TimeUnit.MILLISECONDS
                .toNanos(settings.get(ClientSettings.REBOOTSTRAP_TRIGGER_MS));
    }

    ClusterView view() {
        return view;
    }

    /** Why the last question had no answer; null if it had one. For any thread. */
    RuntimeException lastFailure() {
        return lastFailure;
    }

    /** Is told on the loop whenever the view has changed. */
    void addListener(Runnable listener) {
        listeners.add(listener);
    }

    /** The topic, followed from now on; asked for until it is there or refused. The caller gives up by cancelling. */
    CompletableFuture<TopicView> topic(String name) {
        followed.add(name);
        var known = view.topic(name);
        if (known != null && known.error() == ErrorCode.NONE) {
            return CompletableFuture.completedFuture(known);
        }
        var answer = new CompletableFuture<TopicView>();
        waiting.computeIfAbsent(name, absent -> new ArrayList<>()).add(answer);
        start();
        return answer;
    }

    /** Follows these topics and no others. */
    void follow(Set<String> names) {
        followed.clear();
        followed.addAll(names);
        followed.addAll(waiting.keySet());
        publish(view.keeping(followed));
        if (!view.topics().keySet().containsAll(followed)) {
            start();
        }
    }

    void forget(String topic) {
        followed.remove(topic);
        publish(view.keeping(followed));
    }

    /** Asks now, or once more after the question that is under way. */
    void start() {
        if (isAsking) {
            isAskedAgain = true;
        } else {
            askNow();
        }
    }

    /** Says that something in the view has proved wrong: asks, but not sooner than the back-off allows. */
    void refresh() {
        isOutdated = true;
        if (!isAsking) {
            askLater();
        }
    }

    /** Believes a broker that knows of a newer leader. */
    void hint(TopicPartition partition, Node leader, int leaderEpoch) {
        publish(view.ledBy(partition, leader, leaderEpoch));
    }

    private void askLater() {
        wakeAt(askedAtNs + TimeUnit.MILLISECONDS.toNanos(backoff.delayMs(Math.max(1, failures))));
    }

    private void askNow() {
        var node = nodes.leastBusy(view);
        if (node == null) {
            rebootstrapIfSilent();
            wakeAt(nodes.earliestRetryNs(view));
            return;
        }
        isAsking = true;
        isAskedAgain = false;
        isOutdated = false;
        askedAtNs = System.nanoTime();
        nodes.connect(node).thenCompose(connection -> connection.send(request(), timeoutMs))
                .whenComplete(this::answered);
    }

    private Metadata.Request request() {
        var topics = followed.stream().sorted()
                .map(name -> new Metadata.Request.Topic(Uuid.ZERO, name)).toList();
        return new Metadata.Request(topics, allowsAutoCreation, false, false);
    }

    private void answered(Metadata.Response answer, Throwable failure) {
        isAsking = false;
        if (failure != null || answer.errorCode() != ErrorCode.NONE) {
            failed(answer, failure);
            return;
        }
        answeredAtNs = System.nanoTime();
        lastFailure = null;
        publish(view.with(answer).keeping(followed));
        completeWaiting();
        failures = waiting.isEmpty() ? 0 : failures + 1;
        if (isAskedAgain) {
            askNow();
        } else if (isOutdated || failures > 0) {
            askLater();
        } else {
            wakeAt(answeredAtNs + maxAgeNs);
        }
    }

    private void failed(Metadata.Response answer, Throwable failure) {
        failures++;
        lastFailure = failure == null
                ? new ApiException(answer.errorCode(), "no answer about the cluster: " + answer.errorCode())
                : RoutedCall.rootOf(failure);
        LOG.debug("No answer about the cluster: {}", lastFailure.getMessage());
        if (failure == null && answer.errorCode() == ErrorCode.REBOOTSTRAP_REQUIRED) {
            rebootstrap();
        } else {
            rebootstrapIfSilent();
        }
        askLater();
    }

    private void rebootstrapIfSilent() {
        if (System.nanoTime() - answeredAtNs > rebootstrapTriggerNs) {
            rebootstrap();
        }
    }

    private void rebootstrap() {
        if (nodes.mayRebootstrap() && !view.nodes().isEmpty()) {
            LOG.info("None of the known brokers answers: turning to bootstrap.servers again");
            answeredAtNs = System.nanoTime();
            publish(view.withoutNodes());
        }
    }

    private void publish(ClusterView next) {
        if (next != view) {
            view = next;
            listeners.forEach(Runnable::run);
        }
    }

    private void completeWaiting() {
        for (var name : List.copyOf(waiting.keySet())) {
            var topic = view.topic(name);
            waiting.get(name).removeIf(CompletableFuture::isDone);
            if (waiting.get(name).isEmpty()) {
                waiting.remove(name);
            } else if (topic != null && topic.error() == ErrorCode.NONE) {
                waiting.remove(name).forEach(answer -> answer.complete(topic));
            } else if (topic != null && !topic.error().isRetriable()) {
                var refusal = new ApiException(topic.error(), "topic " + name + ": " + topic.error());
                waiting.remove(name).forEach(answer -> answer.completeExceptionally(refusal));
            }
        }
    }

    /** Looks again then, unless an earlier look is planned. */
    private void wakeAt(long dueNs) {
        if (timerAtNs == Long.MAX_VALUE || dueNs - timerAtNs < 0) {
            timerAtNs = dueNs;
            loop.schedule(() -> onTimer(dueNs), Math.max(1, dueNs - System.nanoTime()), TimeUnit.NANOSECONDS);
        }
    }

    private void onTimer(long dueNs) {
        if (dueNs != timerAtNs) {
            return;
        }
        timerAtNs = Long.MAX_VALUE;
        boolean isOld = System.nanoTime() - answeredAtNs >= maxAgeNs;
        if (isOutdated || isOld || failures > 0 || !waiting.isEmpty() || view.nodes().isEmpty()) {
            if (!isAsking) {
                askNow();
            }
        } else {
            wakeAt(answeredAtNs + maxAgeNs);
        }
    }

    /** Fails all that waits. */
    void close(RuntimeException reason) {
        waiting.values().forEach(each -> each.forEach(answer -> answer.completeExceptionally(reason)));
        waiting.clear();
    }
}
