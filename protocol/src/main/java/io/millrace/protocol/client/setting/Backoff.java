package io.millrace.protocol.client.setting;

import java.util.concurrent.ThreadLocalRandom;

/** Pauses that double with every failure in a row, up to a bound, give or take a fifth (KIP-580). Immutable. */
public record Backoff(long firstMs, long mostMs) {
    private static final int MOST_DOUBLINGS = 30;
    private static final double JITTER = 0.2;

    /** The pause after so many failures in a row, 1 for the first. */
    public long delayMs(int failures) {
        long doubled = firstMs << Math.min(MOST_DOUBLINGS, Math.max(0, failures - 1));
        double spread = 1 + ThreadLocalRandom.current().nextDouble(-JITTER, JITTER);
        return Math.round(Math.min(Math.max(firstMs, mostMs), doubled) * spread);
    }
}
