package io.millrace.broker.request.data;

import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The fetch sessions of all clients, up to a number of slots. When full, a session that has been silent for
 * two minutes makes room; if there is none, the client goes without. Called from every core loop.
 */
public final class FetchSessions {
    static final int NO_SESSION_ID = 0;
    private static final long EVICTABLE_AFTER_MS = 120_000;

    private final int slots;
    private final InstantSource clock;
    private final Map<Integer, FetchSession> sessions = new ConcurrentHashMap<>();

    public FetchSessions(int slots, InstantSource clock) {
        this.slots = slots;
        this.clock = clock;
    }

    /** A new session, entered by the caller; null if there is no room. */
    FetchSession open(boolean usesTopicIds, Collection<FetchEntry> entries) {
        if (sessions.size() >= slots && !evictOne()) {
            return null;
        }
        while (true) {
            int id = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
            var session = new FetchSession(id, usesTopicIds, entries, clock.millis());
            if (sessions.putIfAbsent(id, session) == null) {
                return session;
            }
        }
    }

    FetchSession find(int id) {
        return sessions.get(id);
    }

    void close(int id) {
        sessions.remove(id);
    }

    long nowMs() {
        return clock.millis();
    }

    private boolean evictOne() {
        long nowMs = clock.millis();
        return sessions.values().stream()
                .filter(session -> !session.isInUse() && nowMs - session.lastUsedMs() >= EVICTABLE_AFTER_MS)
                .min(Comparator.comparingLong(FetchSession::lastUsedMs))
                .filter(session -> sessions.remove(session.id(), session))
                .isPresent();
    }
}
