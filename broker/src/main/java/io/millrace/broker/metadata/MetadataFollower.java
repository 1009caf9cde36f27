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
 * it, so that what an image names is there for whoever sees it. Start it before registering; {@link #caughtUp} completes
 * when the image holds all that the log held at the start.
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
    private volatile ClusterImage image;
    private volatile long changesRead;

    /** The log must call back on {@code owner}, a single thread; a broken log is reported once to {@code onFatal}. */
    public MetadataFollower(String clusterId, Executor owner, Consumer<RuntimeException> onFatal) {
        this.owner = owner;
        this.onFatal = onFatal;
        image = ClusterImage.empty(clusterId);
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
        if (version <= image.version()) {
            return;
        }
        var records = new ArrayList<MetadataRecord>();
        chunks.forEach(chunk -> records.addAll(chunk.records()));
        changesRead = 0;
        publish(ImageBuilder.fold(ClusterImage.empty(image.clusterId()), records, version));
    }

    @Override
    public void onEntry(long sequence, MetadataBatch batch) {
        if (sequence != image.version() + 1) {
            throw new IllegalStateException(
                    "metadata entry " + sequence + " does not follow " + image.version());
        }
        changesRead += batch.changes();
        publish(ImageBuilder.fold(image, batch.records(), sequence));
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
        caughtUp.complete(image);
    }

    @Override
    public void onFailure(RuntimeException cause) {
        caughtUp.completeExceptionally(cause);
        onFatal.accept(cause);
    }
}
