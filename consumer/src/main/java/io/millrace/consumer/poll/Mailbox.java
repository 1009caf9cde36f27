package io.millrace.consumer.poll;

import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Tasks for the polling thread, which runs them when it polls or waits. Any thread posts; one at a time, that which uses
 * the consumer, runs them.
 */
public final class Mailbox implements Executor {
    private final ConcurrentLinkedQueue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean isWoken = new AtomicBoolean();
    private volatile Thread waiting;
    private long tasksRun;

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
        signal();
    }

    /** Lets the waiting thread look again. */
    public void signal() {
        var thread = waiting;
        if (thread != null) {
            LockSupport.unpark(thread);
        }
    }

    /** Makes the wait that is under way, or else the next one, end with a {@link WakeupException}. */
    public void wakeUp() {
        isWoken.set(true);
        signal();
    }

    /** Throws {@link WakeupException} if somebody has asked for it since the last one. */
    public void checkWakeUp() {
        if (isWoken.get() && isWoken.getAndSet(false)) {
            throw new WakeupException();
        }
    }

    /** Runs what was posted. */
    public void runAll() {
        for (var task = tasks.poll(); task != null; task = tasks.poll()) {
            tasksRun++;
            task.run();
        }
    }

    /** Waits for a task and runs it, until the time has come. */
    public void awaitTask(long deadlineNs) {
        long before = tasksRun;
        await(() -> tasksRun != before, deadlineNs);
    }

    /** Runs tasks until the condition holds, and answers true, or until the time has come, and answers false. */
    public boolean await(BooleanSupplier isDone, long deadlineNs) {
        while (true) {
            runAll();
            if (isDone.getAsBoolean()) {
                return true;
            }
            checkWakeUp();
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new ApiException(ErrorCode.REQUEST_TIMED_OUT, "interrupted while waiting");
            }
            long leftNs = deadlineNs - System.nanoTime();
            if (leftNs <= 0) {
                return false;
            }
            waiting = Thread.currentThread();
            if (tasks.isEmpty() && !isWoken.get() && !isDone.getAsBoolean()) {
                LockSupport.parkNanos(this, leftNs);
            }
            waiting = null;
        }
    }
}
