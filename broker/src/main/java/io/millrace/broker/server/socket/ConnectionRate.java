package io.millrace.broker.server.socket;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How fast connections may come: a bucket that holds what one second grants and fills at a steady rate. Takers may
 * run it into debt, and then wait. Called by all core loops; the clock is the caller's.
 */
final class ConnectionRate {
    private static final long SECOND_NS = 1_000_000_000;

    private final AtomicLong fullAgainAtNs;
    private volatile int perSecond;

    /** Starts full. */
    ConnectionRate(int perSecond, long nowNs) {
        this.perSecond = perSecond;
        this.fullAgainAtNs = new AtomicLong(nowNs);
    }

    void change(int newPerSecond) {
        perSecond = newPerSecond;
    }

    /** One connection has come. */
    void take(long nowNs) {
        if (!isUnlimited()) {
            long intervalNs = SECOND_NS / perSecond;
            fullAgainAtNs.updateAndGet(at -> (at - nowNs > 0 ? at : nowNs) + intervalNs);
        }
    }

    /** How long the next connection has to wait; 0 if it may come now. */
    long waitNs(long nowNs) {
        if (isUnlimited()) {
            return 0;
        }
        long debtNs = Math.max(0, fullAgainAtNs.get() - nowNs);
        return Math.max(0, debtNs + SECOND_NS / perSecond - SECOND_NS);
    }

    private boolean isUnlimited() {
        return perSecond == Integer.MAX_VALUE;
    }
}
