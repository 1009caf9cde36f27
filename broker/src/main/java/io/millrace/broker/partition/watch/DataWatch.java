package io.millrace.broker.partition.watch;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A fetch that waits until several partitions together have enough new bytes. Partition owners count it down
 * from their threads; it fires once.
 */
public final class DataWatch {
    private final AtomicLong missingBytes;
    private final AtomicBoolean isDone = new AtomicBoolean();
    private final Runnable wake;

    /** {@code wake} runs on the thread of whoever fires, so it must only post. */
    public DataWatch(long missingBytes, Runnable wake) {
        this.missingBytes = new AtomicLong(missingBytes);
        this.wake = wake;
    }

    /** So many of the bytes have come. Any thread. */
    public void added(long bytes) {
        if (missingBytes.addAndGet(-bytes) <= 0) {
            fire();
        }
    }

    /** Wakes the fetch now: the partition changed in a way that it must see. */
    public void fire() {
        if (isDone.compareAndSet(false, true)) {
            wake.run();
        }
    }

    /** The fetch no longer waits; answers false if it was woken already. */
    public boolean cancel() {
        return isDone.compareAndSet(false, true);
    }

    public boolean isDone() {
        return isDone.get();
    }
}
