package io.millrace.broker.request.data;

import io.millrace.broker.partition.Partition;
import io.millrace.broker.partition.watch.DataWatch;
import io.millrace.protocol.data.FetchRequestCursor;
import io.millrace.protocol.data.ForgottenTopic;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The partitions that a client fetches again and again, so that it need not name them each time (KIP-227). A fetch looks
 * only at those that have something to show: the others are watched. Used by the one fetch that has entered it; owners of
 * partitions call entries up.
 */
final class FetchSession {
    private final int id;
    private final boolean usesTopicIds;
    private final boolean readsUncommitted;
    private final Map<FetchEntry.Key, FetchEntry> entries = new HashMap<>();
    /** What the next fetch looks at, in this order. */
    private final Set<FetchEntry> due = new LinkedHashSet<>();
    private final Queue<EntryWatch> called = new ConcurrentLinkedQueue<>();
    private final AtomicLong newBytes = new AtomicLong();
    private final AtomicBoolean isInUse = new AtomicBoolean(true);
    private volatile FetchTask task;
    private volatile DataWatch waiting;
    private volatile boolean wantsNews;
    private volatile boolean isClosed;
    private Runnable afterwards;
    private int nextEpoch = 1;
    private volatile long lastUsedMs;

    /** A new session, already entered. */
    FetchSession(int id, boolean usesTopicIds, boolean readsUncommitted, Collection<FetchEntry> first,
            long nowMs) {
        this.id = id;
        this.usesTopicIds = usesTopicIds;
        this.readsUncommitted = readsUncommitted;
        this.lastUsedMs = nowMs;
        first.forEach(this::add);
    }

    private void add(FetchEntry entry) {
        entries.put(entry.key(), entry);
        due.add(entry);
    }

    int id() {
        return id;
    }

    boolean usesTopicIds() {
        return usesTopicIds;
    }

    /** Whether it is a follower's, or of one that reads as they do. */
    boolean readsUncommitted() {
        return readsUncommitted;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    long lastUsedMs() {
        return lastUsedMs;
    }

    /** Takes the session for one fetch; false if another one has it. */
    boolean enter(long nowMs) {
        lastUsedMs = nowMs;
        return isInUse.compareAndSet(false, true);
    }

    /** Who is in it. */
    void usedBy(FetchTask fetch) {
        task = fetch;
    }

    /** Ends the wait of the fetch that is in it, and then runs the next one of the same loop; false if that cannot be. */
    boolean hurry(EventExecutor loop, Runnable next) {
        var before = task;
        if (before == null || before.loop() != loop || afterwards != null) {
            return false;
        }
        afterwards = next;
        before.hurry();
        return true;
    }

    void leave() {
        var loop = task == null ? null : task.loop();
        var next = afterwards;
        afterwards = null;
        task = null;
        wantsNews = false;
        waiting = null;
        isInUse.set(false);
        if (next != null) {
            loop.execute(next);
        }
    }

    boolean isInUse() {
        return isInUse.get();
    }

    void close() {
        isClosed = true;
    }

    boolean isClosed() {
        return isClosed;
    }

    /** Whether this is the request that follows the last one; then the next is expected. */
    boolean advance(int requestEpoch) {
        if (requestEpoch != nextEpoch) {
            return false;
        }
        nextEpoch = nextEpoch == Integer.MAX_VALUE ? 1 : nextEpoch + 1;
        return true;
    }

    /** Adds and changes what the request names, and drops what it forgets. */
    void update(FetchRequestCursor request) {
        while (request.nextTopic()) {
            var topic = request.topicName();
            while (request.nextPartition()) {
                var key = new FetchEntry.Key(topic, request.topicId(), request.partition());
                var entry = entries.computeIfAbsent(key, FetchEntry::new);
                entry.take(request);
                due.add(entry);
            }
        }
        for (ForgottenTopic forgotten : request.forgottenTopics()) {
            for (int partition : forgotten.partitions()) {
                forget(new FetchEntry.Key(forgotten.topic(), forgotten.topicId(), partition));
            }
        }
    }

    private void forget(FetchEntry.Key key) {
        var entry = entries.remove(key);
        if (entry != null) {
            due.remove(entry);
            entry.watchWith(null);
        }
    }

    /** What may have something to show, for a fetch to look at now. */
    List<FetchEntry> due() {
        newBytes.set(0);
        for (var watch = called.poll(); watch != null; watch = called.poll()) {
            watch.heard();
            if (watch.entry.isWatchedBy(watch)) {
                due.add(watch.entry);
            }
        }
        return new ArrayList<>(due);
    }

    /** It was looked at and has nothing to show until it is called up. */
    void rest(FetchEntry entry) {
        due.remove(entry);
    }

    /** Has the partition call the entry up, from an end of it on that was seen. */
    void watch(FetchEntry entry, Partition partition, long seenOffset) {
        if (!entry.isWatchedAt(partition)) {
            var watch = new EntryWatch(this, entry, partition, readsUncommitted);
            entry.watchWith(watch);
            watch.begin(seenOffset);
        }
    }

    /** Puts partitions that had records last, so that the others are not starved by the response's size. */
    void moveToEnd(FetchEntry entry) {
        if (due.remove(entry)) {
            due.add(entry);
        }
    }

    /** A fetch waits for bytes. */
    void await(DataWatch watch) {
        waiting = watch;
        long came = newBytes.getAndSet(0);
        if (came > 0) {
            watch.added(came);
        }
    }

    /** From now on the fetch does not wait when there is anything that the client does not know. */
    void wantNews() {
        wantsNews = true;
    }

    /** Any thread. */
    void called(EntryWatch watch, boolean isFirst, long bytes) {
        if (isFirst) {
            called.add(watch);
        }
        if (bytes > 0) {
            newBytes.addAndGet(bytes);
        }
        var fetch = waiting;
        if (fetch != null && wantsNews) {
            fetch.fire();
        } else if (fetch != null && bytes > 0) {
            fetch.added(newBytes.getAndSet(0));
        }
    }
}
