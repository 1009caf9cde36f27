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
    FetchSession open(boolean usesTopicIds, boolean readsUncommitted, Collection<FetchEntry> entries) {
        dropGoneFollowers();
        if (sessions.size() >= slots && !evictOne()) {
            return null;
        }
        while (true) {
            int id = ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE);
            var session = new FetchSession(id, usesTopicIds, readsUncommitted, entries, clock.millis());
            if (sessions.putIfAbsent(id, session) == null) {
                return session;
            }
        }
    }

    FetchSession find(int id) {
        return sessions.get(id);
    }

    void close(int id) {
        var session = sessions.remove(id);
        if (session != null) {
            session.close();
        }
    }

    long nowMs() {
        return clock.millis();
    }

    /** Followers ask all the time: one that is silent is gone, and its session is large. */
    private void dropGoneFollowers() {
        for (var session : sessions.values()) {
            if (session.readsUncommitted() && isEvictable(session)) {
                close(session.id());
            }
        }
    }

    private boolean isEvictable(FetchSession session) {
        return !session.isInUse() && clock.millis() - session.lastUsedMs() >= EVICTABLE_AFTER_MS;
    }

    private boolean evictOne() {
        var longestSilent = sessions.values().stream().filter(this::isEvictable)
                .min(Comparator.comparingLong(FetchSession::lastUsedMs));
        longestSilent.ifPresent(session -> close(session.id()));
        return longestSilent.isPresent();
    }
}
