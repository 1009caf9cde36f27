package io.millrace.broker.server.socket;

import java.util.concurrent.atomic.AtomicInteger;

/** The connections of the broker or of one listener: how many are open and may be, how fast they come and may. */
final class ConnectionQuota {
    static final long UNTIL_ONE_CLOSES = Long.MAX_VALUE;

    private final AtomicInteger open = new AtomicInteger();
    private final ConnectionRate rate = new ConnectionRate(Integer.MAX_VALUE, System.nanoTime());
    private volatile int most = Integer.MAX_VALUE;

    void change(int mostOpen, int mostPerSecond) {
        most = mostOpen;
        rate.change(mostPerSecond);
    }

    void opened(long nowNs) {
        open.incrementAndGet();
        rate.take(nowNs);
    }

    void openedOutsideTheRate() {
        open.incrementAndGet();
    }

    boolean isExceeded() {
        return open.get() > most;
    }

    void closed() {
        open.decrementAndGet();
    }

    /** How long the next connection has to wait: 0, a time, or {@link #UNTIL_ONE_CLOSES}. */
    long waitNs(long nowNs) {
        return open.get() >= most ? UNTIL_ONE_CLOSES : rate.waitNs(nowNs);
    }
}
