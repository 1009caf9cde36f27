package io.millrace.broker.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns this broker's image: folds the metadata log on one thread, has the listeners act on each image, then publishes
 * it, so that what an image names is there for whoever sees it. The past is folded in silence: the first image is that
 * of {@link #caughtUp}, with all that the log held at the start. Start it before registering.
 */
public final class MetadataFollower implements MetadataLog.Reader {
    private static final Logger LOG = LoggerFactory.getLogger(MetadataFollower.class);

    private record Waiter(long version, CompletableFuture<ClusterImage> future) {}

    private record Condition(Predicate<ClusterImage> holds, CompletableFuture<ClusterImage> future) {}

    private final Executor owner;
    private final Consumer<RuntimeException> onFatal;
    private final List<MetadataListener> listeners = new ArrayList<>();
    private final PriorityQueue<Waiter> waiters = new PriorityQueue<>(
            (a, b) -> Long.compare(a.version, b.version));
    private final List<Condition> conditions = new ArrayList<>();
    private final CompletableFuture<ClusterImage> caughtUp = new CompletableFuture<>();
    private ClusterImage latest;
    private volatile ClusterImage image;
    private volatile long changesRead;

    /** The log must call back on {@code owner}, a single thread; a broken log is reported once to {@code onFatal}. */
    public MetadataFollower(String clusterId, Executor owner, Consumer<RuntimeException> onFatal) {
        this.owner = owner;
        this.onFatal = onFatal;
        latest = ClusterImage.empty(clusterId);
        image = latest;
    }

    public ClusterImage image() {
        return image;
    }

    /** Changes that came as single entries, and not in a snapshot: what the next start reads, or more. */
    public long changesRead() {
        return changesRead;
    }

    public CompletableFuture<ClusterImage> caughtUp() {
        return caughtUp;
    }

    /** Adds a listener; it first gets the delta from the empty image, unless nothing has been read yet. */
    public void addListener(MetadataListener listener) {
        owner.execute(() -> {
            listeners.add(listener);
            if (image.version() > 0) {
                listener.onImage(ImageDelta.between(ClusterImage.empty(image.clusterId()), image), image);
            }
        });
    }

    /** Completes on the follower's thread, after the listeners, with the first image for which this holds. */
    public CompletableFuture<ClusterImage> whenImage(Predicate<ClusterImage> condition) {
        var future = new CompletableFuture<ClusterImage>();
        owner.execute(() -> {
            if (condition.test(image)) {
                future.complete(image);
            } else {
                conditions.add(new Condition(condition, future));
            }
        });
        return future;
    }

    /** Completes on the follower's thread once all listeners have seen an image of at least this version. */
    public CompletableFuture<ClusterImage> whenApplied(long version) {
        var future = new CompletableFuture<ClusterImage>();
        owner.execute(() -> {
            if (image.version() >= version) {
                future.complete(image);
            } else {
                waiters.add(new Waiter(version, future));
            }
        });
        return future;
    }

    @Override
    public void onSnapshot(long version, List<MetadataBatch> chunks) {
        if (version <= latest.version()) {
            return;
        }
        var records = new ArrayList<MetadataRecord>();
        chunks.forEach(chunk -> records.addAll(chunk.records()));
        changesRead = 0;
        advance(ImageBuilder.fold(ClusterImage.empty(image.clusterId()), records, version));
    }

    @Override
    public void onEntry(long sequence, MetadataBatch batch) {
        if (sequence != latest.version() + 1) {
            throw new IllegalStateException(
                    "metadata entry " + sequence + " does not follow " + latest.version());
        }
        changesRead += batch.changes();
        advance(ImageBuilder.fold(latest, batch.records(), sequence));
    }

    private void advance(ClusterImage next) {
        latest = next;
        if (caughtUp.isDone()) {
            publish(next);
        }
    }

    private void publish(ClusterImage next) {
        var delta = ImageDelta.between(image, next);
        for (var listener : listeners) {
            try {
                listener.onImage(delta, next);
            } catch (RuntimeException e) {
                LOG.error("A listener failed on metadata version {}", next.version(), e);
                onFatal.accept(e);
            }
        }
        image = next;
        while (!waiters.isEmpty() && waiters.peek().version <= next.version()) {
            waiters.poll().future.complete(next);
        }
        var met = conditions.stream().filter(condition -> condition.holds.test(next)).toList();
        conditions.removeAll(met);
        met.forEach(condition -> condition.future.complete(next));
    }

    @Override
    public void onCaughtUp() {
        publish(latest);
        caughtUp.complete(latest);
    }

    @Override
    public void onFailure(RuntimeException cause) {
        caughtUp.completeExceptionally(cause);
        onFatal.accept(cause);
    }
}
