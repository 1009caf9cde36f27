package io.millrace.broker.clients;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A moment after which waiting for a condition is a failure. Immutable. */
public record Deadline(long atNs) {
    private static final long POLL_NS = 20_000_000;

    public static Deadline in(Duration duration) {
        return new Deadline(System.nanoTime() + duration.toNanos());
    }

    public boolean passed() {
        return System.nanoTime() - atNs >= 0;
    }

    long remainingMs() {
        return Math.max(0, (atNs - System.nanoTime()) / 1_000_000);
    }

    /** Returns once the condition holds; fails with what was awaited when the deadline passes first. */
    public void await(String what, BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (passed()) {
                throw new AssertionError("still waiting at the deadline: " + what);
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }
}
