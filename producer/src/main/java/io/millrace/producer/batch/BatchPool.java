package io.millrace.producer.batch;

import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The memory of all batches of a producer, {@code buffer.memory} at most; for any thread. Who finds none waits in turn,
 * and has the producer send what it has.
 */
public final class BatchPool {
    private static final int UNIT_BYTES = 1024;

    private final int batchBytes;
    private final long totalBytes;
    private final Semaphore units;
    private final ConcurrentLinkedQueue<BatchMemory> free = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private volatile Runnable onStarved = () -> {};

    /** Most of the memory is handed out in pieces of one size. */
    public BatchPool(long totalBytes, int batchBytes) {
        this.batchBytes = batchBytes;
        this.totalBytes = totalBytes;
        units = new Semaphore((int) Math.min(Integer.MAX_VALUE, totalBytes / UNIT_BYTES), true);
    }

    /** Is run by a thread that is about to wait. */
    public void onStarved(Runnable task) {
        onStarved = task;
    }

    private static int unitsOf(int bytes) {
        return (bytes + UNIT_BYTES - 1) / UNIT_BYTES;
    }

    /** Memory of at least so many bytes. Waits for so long at most, then fails with REQUEST_TIMED_OUT. */
    BatchMemory take(int bytes, long maxWaitNs) {
        int wanted = Math.max(bytes, batchBytes);
        if (wanted > totalBytes) {
            throw new ApiException(ErrorCode.MESSAGE_TOO_LARGE,
                    "a record of " + bytes + " bytes does not fit into buffer.memory of " + totalBytes);
        }
        if (!units.tryAcquire(unitsOf(wanted))) {
            await(unitsOf(wanted), maxWaitNs);
        }
        var memory = wanted == batchBytes ? free.poll() : null;
        return memory != null ? memory : new BatchMemory(wanted);
    }

    private void await(int wantedUnits, long maxWaitNs) {
        onStarved.run();
        try {
            if (maxWaitNs <= 0 || !units.tryAcquire(wantedUnits, maxWaitNs, TimeUnit.NANOSECONDS)) {
                throw new ApiException(ErrorCode.REQUEST_TIMED_OUT, "all of buffer.memory, " + totalBytes
                        + " bytes, is in use, and none became free in " + maxWaitNs / 1_000_000 + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(ErrorCode.REQUEST_TIMED_OUT,
                    "interrupted while waiting for room in buffer.memory");
        }
    }

    /** Whether somebody waits for memory, so that batches should not linger. */
    public boolean isStarved() {
        return units.hasQueuedThreads();
    }

    /** Takes memory back. */
    void give(BatchMemory memory) {
        if (memory.isLent()) {
            memory.free();
            return;
        }
        int bytes = memory.capacityBytes();
        if (bytes == batchBytes && memory.isAlone() && !isClosed.get()) {
            free.add(memory);
        } else {
            memory.free();
        }
        units.release(unitsOf(bytes));
    }

    /** What is not in use now. */
    public long availableBytes() {
        return (long) units.availablePermits() * UNIT_BYTES;
    }

    /** Frees what is not in use; the rest is freed as it is given back. */
    public void close() {
        isClosed.set(true);
        for (var memory = free.poll(); memory != null; memory = free.poll()) {
            memory.free();
        }
    }
}
