package io.millrace.broker.request.data;

import io.millrace.protocol.data.FetchRequestCursor;
import io.millrace.protocol.data.ForgottenTopic;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The partitions that a client fetches again and again, so that it need not name them each time (KIP-227).
 * Used by the one fetch that has entered it.
 */
final class FetchSession {
    private final int id;
    private final boolean usesTopicIds;
    private final Map<FetchEntry.Key, FetchEntry> entries = new LinkedHashMap<>();
    private final AtomicBoolean isInUse = new AtomicBoolean(true);
    private int nextEpoch = 1;
    private volatile long lastUsedMs;

    /** A new session, already entered. */
    FetchSession(int id, boolean usesTopicIds, Collection<FetchEntry> first, long nowMs) {
        this.id = id;
        this.usesTopicIds = usesTopicIds;
        this.lastUsedMs = nowMs;
        first.forEach(entry -> entries.put(entry.key(), entry));
    }

    int id() {
        return id;
    }

    boolean usesTopicIds() {
        return usesTopicIds;
    }

    int size() {
        return entries.size();
    }

    long lastUsedMs() {
        return lastUsedMs;
    }

    /** Takes the session for one fetch; false if another one has it. */
    boolean enter(long nowMs) {
        lastUsedMs = nowMs;
        return isInUse.compareAndSet(false, true);
    }

    void leave() {
        isInUse.set(false);
    }

    boolean isInUse() {
        return isInUse.get();
    }

    /** Whether this is the request that follows the last one; then the next is expected. */
    boolean advance(int requestEpoch) {
        if (requestEpoch != nextEpoch) {
            return false;
        }
        nextEpoch = nextEpoch == Integer.MAX_VALUE ? 1 : nextEpoch + 1;
        return true;
    }

    /** Adds and changes what the request names, which it answers, and drops what it forgets. */
    List<FetchEntry> update(FetchRequestCursor request) {
        var named = new ArrayList<FetchEntry>(request.partitionCount());
        while (request.nextTopic()) {
            var topic = request.topicName();
            while (request.nextPartition()) {
                var key = new FetchEntry.Key(topic, request.topicId(), request.partition());
                var entry = entries.computeIfAbsent(key, FetchEntry::new);
                entry.take(request);
                named.add(entry);
            }
        }
        for (ForgottenTopic forgotten : request.forgottenTopics()) {
            for (int partition : forgotten.partitions()) {
                entries.remove(new FetchEntry.Key(forgotten.topic(), forgotten.topicId(), partition));
            }
        }
        return named;
    }

    List<FetchEntry> entries() {
        return new ArrayList<>(entries.values());
    }

    /** Puts partitions that had records last, so that the others are not starved by the response's size. */
    void moveToEnd(FetchEntry entry) {
        if (entries.remove(entry.key(), entry)) {
            entries.put(entry.key(), entry);
        }
    }
}
