package io.millrace.broker.zookeeper;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.zookeeper.Op;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How long this broker may act on what it was told last: until its session may have ended without its knowledge, counted
 * from when it sent the last operation that a quorum carried out. Once over, it begins anew when the broker has caught up
 * with what it missed. Renewed on the owner, a single thread; read from any.
 */
public final class SessionLease implements SessionListener {
    private static final Logger LOG = LoggerFactory.getLogger(SessionLease.class);
    private static final int RENEWALS_PER_TIMEOUT = 12;
    /** ZooKeeper's own default. */
    private static final int TICK_MS = 2000;
    private static final long SLEEP_MS = 1000;

    private final ZooKeeperSession session;
    private final int brokerId;
    private final ScheduledExecutorService timer;
    private final Executor owner;
    private final CompletableFuture<Void> begun = new CompletableFuture<>();
    private boolean isServerAlone;
    private Supplier<CompletableFuture<?>> catchUp;
    private Term newest = Term.OVER;
    private boolean isAsking;
    private boolean isCatchingUp;
    private boolean isCaughtUp;
    private int round;
    private volatile Term held = Term.OVER;

    SessionLease(ZooKeeperSession session, int brokerId, ScheduledExecutorService owner) {
        this.session = session;
        this.brokerId = brokerId;
        this.timer = owner;
        this.owner = session.whileOpen(owner);
    }

    /** Up to a moment, unless the wall clock leaves the other one before: then the whole machine was asleep. */
    private record Term(long endNs, long wallAheadMs) {
        static final Term OVER = new Term(System.nanoTime(), 0);

        static Term of(long sentNs, int sessionTimeoutMs) {
            return new Term(sentNs + TimeUnit.MILLISECONDS.toNanos(leaseMs(sessionTimeoutMs)),
                    wallAheadMs(sentNs));
        }

        private static long wallAheadMs(long nowNs) {
            return System.currentTimeMillis() - TimeUnit.NANOSECONDS.toMillis(nowNs);
        }

        boolean holds() {
            long nowNs = System.nanoTime();
            return nowNs - endNs < 0 && Math.abs(wallAheadMs(nowNs) - wallAheadMs) <= SLEEP_MS;
        }
    }

    /**
     * Two ticks less than the session: its end is reckoned from when the servers' leader hears of us, half a tick late. No
     * session is granted that is shorter than two ticks, so half of a short one is enough.
     */
    static int leaseMs(int sessionTimeoutMs) {
        return sessionTimeoutMs - Math.min(2 * TICK_MS, sessionTimeoutMs / 2);
    }

    /** Whether this broker may serve clients now. */
    public boolean isHeld() {
        return held.holds();
    }

    /**
     * Keeps the lease from now on; completes when it is held for the first time. This broker must be registered. A server
     * that is alone is its own quorum, and is spared the write.
     */
    public CompletableFuture<Void> begin(boolean serverAlone, Supplier<CompletableFuture<?>> whatWasMissed) {
        owner.execute(() -> {
            isServerAlone = serverAlone;
            catchUp = whatWasMissed;
            session.addListener(this);
            long periodMs = Math.max(1, session.sessionTimeoutMs() / RENEWALS_PER_TIMEOUT);
            timer.scheduleWithFixedDelay(() -> owner.execute(this::renew), periodMs, periodMs,
                    TimeUnit.MILLISECONDS);
        });
        return begun;
    }

    @Override
    public void onConnected(boolean newSession) {
        owner.execute(this::renew);
    }

    @Override
    public void onLost() {
        owner.execute(() -> {
            newest = Term.OVER;
            held = Term.OVER;
        });
    }

    private void renew() {
        if (isCaughtUp && !newest.holds()) {
            breakOff();
            LOG.warn(
                    "Broker {} may have been replaced without its knowledge, since ZooKeeper does not answer;"
                            + " it refuses clients until it does",
                    brokerId);
        }
        if (isAsking) {
            return;
        }
        isAsking = true;
        long sentNs = System.nanoTime();
        quorumOperation().whenCompleteAsync((done, failure) -> {
            isAsking = false;
            if (failure == null) {
                extend(Term.of(sentNs, session.sessionTimeoutMs()));
            } else {
                LOG.debug("The lease is not renewed: {}", failure.toString());
            }
        }, owner);
    }

    /** A read, or a sync, may be answered by a server that a quorum has left behind; a check in a write is not. */
    private CompletableFuture<?> quorumOperation() {
        var own = session.znodes().brokerId(brokerId);
        return isServerAlone ? session.requests().sync(own)
                : session.requests().multi(List.of(Op.check(own, -1)));
    }

    private void extend(Term next) {
        if (!newest.holds()) {
            breakOff();
        }
        newest = next;
        if (isCaughtUp) {
            held = next;
        } else if (!isCatchingUp) {
            catchUp();
        }
    }

    /** Whatever was learnt so far may be old. */
    private void breakOff() {
        isCaughtUp = false;
        isCatchingUp = false;
        round++;
    }

    private void catchUp() {
        int current = ++round;
        isCatchingUp = true;
        catchUp.get().whenCompleteAsync((done, failure) -> {
            if (current != round) {
                return;
            }
            isCatchingUp = false;
            if (failure == null) {
                isCaughtUp = true;
                held = newest;
                begun.complete(null);
                LOG.info("Broker {} serves clients", brokerId);
            }
        }, owner);
    }
}
