package io.millrace.broker.zookeeper;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
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
    private final Clock clock;
    private Term newest;
    private boolean isAsking;
    private boolean isCatchingUp;
    private boolean isCaughtUp;
    private int round;
    private volatile Term held;

    /** Time that no one sets, and the time of day. */
    public record Clock(LongSupplier nanoTime, LongSupplier wallMs) {
        public static final Clock SYSTEM = new Clock(System::nanoTime, System::currentTimeMillis);

        private long wallAheadMs(long nowNs) {
            return wallMs.getAsLong() - TimeUnit.NANOSECONDS.toMillis(nowNs);
        }
    }

    SessionLease(ZooKeeperSession session, int brokerId, ScheduledExecutorService owner, Clock clock) {
        this.clock = clock;
        newest = over();
        held = over();
        this.session = session;
        this.brokerId = brokerId;
        this.timer = owner;
        this.owner = session.whileOpen(owner);
    }

    /** Up to a moment, unless the wall clock leaves the other one before: then the whole machine was asleep. */
    private record Term(long endNs, long wallAheadMs) {}

    private Term over() {
        return new Term(clock.nanoTime.getAsLong(), 0);
    }

    private Term since(long sentNs) {
        return new Term(sentNs + TimeUnit.MILLISECONDS.toNanos(leaseMs(session.sessionTimeoutMs())),
                clock.wallAheadMs(sentNs));
    }

    private boolean holds(Term term) {
        long nowNs = clock.nanoTime.getAsLong();
        return nowNs - term.endNs < 0 && Math.abs(clock.wallAheadMs(nowNs) - term.wallAheadMs) <= SLEEP_MS;
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
        return holds(held);
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
            newest = over();
            held = over();
        });
    }

    private void renew() {
        if (isCaughtUp && !holds(newest)) {
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
        long sentNs = clock.nanoTime.getAsLong();
        quorumOperation().whenCompleteAsync((done, failure) -> {
            isAsking = false;
            if (failure == null) {
                extend(since(sentNs));
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
        if (!holds(newest)) {
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
