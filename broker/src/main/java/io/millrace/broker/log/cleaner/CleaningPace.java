package io.millrace.broker.log.cleaner;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Holds all cleaner threads together to a rate of bytes, and tells them to stop. Any thread. */
final class CleaningPace {
    private static final double NS_PER_SECOND = 1e9;
    /** What may be spent at once after a rest. */
    private static final long SLACK_NS = 100_000_000;

    private final double nsPerByte;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final AtomicLong paidUntilNs = new AtomicLong(System.nanoTime());

    CleaningPace(double bytesPerSecond) {
        nsPerByte = NS_PER_SECOND / bytesPerSecond;
    }

    /** After so many bytes of a log were read or written: waits if that was too fast. */
    void spent(long bytes, CleaningClaim claim, Path folder) throws CleaningStoppedException {
        long nowNs = System.nanoTime();
        long costNs = (long) (bytes * nsPerByte);
        long paidNs = paidUntilNs.updateAndGet(
                paid -> (paid - nowNs < -SLACK_NS ? nowNs - SLACK_NS : paid) + costNs);
        boolean isStopped = stopped.getCount() == 0;
        while (!isStopped && !claim.isPaused() && paidNs - System.nanoTime() > 0) {
            isStopped = rest(Math.min(SLACK_NS, paidNs - System.nanoTime()));
        }
        if (isStopped || claim.isPaused()) {
            throw new CleaningStoppedException("the cleaning of " + folder + " was stopped");
        }
    }

    /** Waits; whether all is to stop. */
    boolean rest(long restNs) {
        try {
            return stopped.await(restNs, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    void stop() {
        stopped.countDown();
    }
}
