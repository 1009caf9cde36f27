package io.millrace.broker.partition.move;

import java.util.concurrent.atomic.AtomicLong;

/** Holds all moves together to a rate of bytes. Any thread. */
final class MovePace {
    private static final double NS_PER_SECOND = 1e9;
    private static final int MOST_CHUNK_BYTES = 1 << 20;
    private static final int LEAST_CHUNK_BYTES = 1 << 10;

    private final AtomicLong paidUntilNs = new AtomicLong(System.nanoTime());
    private volatile long bytesPerSecond;

    MovePace(long bytesPerSecond) {
        this.bytesPerSecond = bytesPerSecond;
    }

    /** From now on; what is owed at the old rate is forgotten. */
    void change(long rate) {
        bytesPerSecond = rate;
        paidUntilNs.set(System.nanoTime());
    }

    /** After so many bytes were copied. */
    void spent(long bytes) {
        long nowNs = System.nanoTime();
        long costNs = (long) (bytes * NS_PER_SECOND / bytesPerSecond);
        paidUntilNs.updateAndGet(paid -> (paid - nowNs < 0 ? nowNs : paid) + costNs);
    }

    /** Whether nothing is to be copied just now. */
    boolean isBehind() {
        return paidUntilNs.get() - System.nanoTime() > 0;
    }

    /** What to copy at a time. */
    int chunkBytes() {
        return (int) Math.max(LEAST_CHUNK_BYTES, Math.min(MOST_CHUNK_BYTES, bytesPerSecond));
    }
}
