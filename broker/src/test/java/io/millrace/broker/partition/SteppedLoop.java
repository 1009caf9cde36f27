package io.millrace.broker.partition;

import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A core loop whose tasks and time go on only when the test says so. Others may post to it. */
public final class SteppedLoop extends AbstractScheduledEventExecutor {
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long POLL_NS = 1_000_000;

    private final MockTicker ticker = Ticker.newMockTicker();
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final Thread tester = Thread.currentThread();
    private boolean isRunning;

    @Override
    public Ticker ticker() {
        return ticker;
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return thread == tester && isRunning;
    }

    @Override
    public void execute(Runnable task) {
        tasks.add(task);
    }

    /** Runs what is due, and what that posts. */
    public void run() {
        isRunning = true;
        try {
            boolean isIdle = false;
            while (!isIdle) {
                var task = tasks.poll();
                task = task == null ? pollScheduledTask(ticker.nanoTime()) : task;
                isIdle = task == null;
                if (!isIdle) {
                    task.run();
                }
            }
        } finally {
            isRunning = false;
        }
    }

    /** Runs one thing on the loop, and what is due. */
    public void run(Runnable task) {
        execute(task);
        run();
    }

    /** Lets time pass, in steps, so that what is due in between happens then. */
    public void passMs(long ms) {
        for (long passed = 0; passed < ms; passed++) {
            ticker.advanceMillis(1);
            run();
        }
    }

    /** Lets time pass without running anything. */
    void standStillMs(long ms) {
        ticker.advanceMillis(ms);
    }

    /** Runs until other threads have brought the condition about; no time passes on the loop's clock. */
    public void runUntil(String what, BooleanSupplier condition) {
        long endNs = System.nanoTime() + PATIENCE_NS;
        for (run(); !condition.getAsBoolean(); run()) {
            if (System.nanoTime() - endNs > 0) {
                throw new AssertionError("still waiting: " + what);
            }
            LockSupport.parkNanos(POLL_NS);
        }
    }

    @Override
    public boolean isShuttingDown() {
        return false;
    }

    @Override
    public boolean isShutdown() {
        return false;
    }

    @Override
    public boolean isTerminated() {
        return false;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return false;
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        return terminationFuture();
    }

    @Override
    public Future<?> terminationFuture() {
        return GlobalEventExecutor.INSTANCE.newSucceededFuture(null);
    }

    @Override
    @Deprecated
    public void shutdown() {
        tasks.clear();
    }
}
