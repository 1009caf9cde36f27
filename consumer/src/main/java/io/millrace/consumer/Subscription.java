package io.millrace.consumer;

import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.cluster.TopicView;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * The topics that a member wants: some by name, or those that match a pattern, looked up now and then. Owned by the
 * polling thread.
 */
final class Subscription {
    private static final int LISTING_TIMEOUT_MS = 30_000;
    private static final RebalanceListener NOBODY = new Nobody();

    private final Pattern pattern;
    private final RebalanceListener listener;
    private final long refreshNs;
    private final boolean skipsInternal;
    private Set<String> topics;
    private CompletableFuture<List<TopicView>> listing;
    private boolean isDue = true;
    private long dueNs;

    /** Nobody listens. */
    private static final class Nobody implements RebalanceListener {
        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            // Nobody wants to know.
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            // Nobody wants to know.
        }
    }

    private Subscription(Set<String> topics, Pattern pattern, RebalanceListener listener, long refreshMs,
            boolean skipsInternal) {
        this.topics = topics;
        this.pattern = pattern;
        this.listener = listener == null ? NOBODY : listener;
        refreshNs = TimeUnit.MILLISECONDS.toNanos(refreshMs);
        this.skipsInternal = skipsInternal;
    }

    static Subscription of(Set<String> topics, RebalanceListener listener) {
        return new Subscription(topics, null, listener, 0, false);
    }

    /** All topics whose whole name matches, looked up again after so many milliseconds. */
    static Subscription of(Pattern pattern, RebalanceListener listener, long refreshMs,
            boolean skipsInternal) {
        return new Subscription(Set.of(), pattern, listener, refreshMs, skipsInternal);
    }

    Set<String> topics() {
        return topics;
    }

    RebalanceListener listener() {
        return listener;
    }

    /** Whether it is clear which topics are meant. */
    boolean isKnown() {
        return pattern == null || !isDue && !topics.isEmpty();
    }

    /** Looks topics up if it is time; answers whether others are meant than before. */
    boolean update(ConsumerClient client, long nowNs) {
        if (pattern == null) {
            return false;
        }
        if (listing == null && (isDue || dueNs - nowNs <= 0)) {
            listing = Lookups.allTopics(client, LISTING_TIMEOUT_MS);
            listing.whenComplete((found, failure) -> client.mailbox().execute(() -> {}));
        }
        if (listing == null || !listing.isDone()) {
            return false;
        }
        var done = listing;
        listing = null;
        isDue = false;
        dueNs = nowNs + refreshNs;
        if (done.isCompletedExceptionally()) {
            isDue = topics.isEmpty();
            return false;
        }
        var matching = new TreeSet<String>();
        done.join().stream().filter(topic -> !(skipsInternal && topic.isInternal())).map(TopicView::name)
                .filter(name -> pattern.matcher(name).matches()).forEach(matching::add);
        boolean isChanged = !matching.equals(topics);
        topics = Set.copyOf(matching);
        return isChanged;
    }
}
