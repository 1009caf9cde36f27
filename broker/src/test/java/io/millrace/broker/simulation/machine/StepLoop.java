package io.millrace.broker.simulation.machine;

import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** An event loop, or a pool, whose tasks the schedule runs one at a time. A machine that is down drops them. */
public final class StepLoop extends AbstractScheduledEventExecutor {
    private static final long NEVER = Long.MAX_VALUE;

    enum Kind {
        LOOP, STORAGE, POOL
    }

    private final Machine machine;
    private final Schedule schedule;
    private final String name;
    private final Kind kind;
    private final List<Runnable> tasks = new ArrayList<>();
    private boolean isReady;
    private long wakesAtNs = NEVER;

    StepLoop(Machine machine, String name, Kind kind) {
        this.machine = machine;
        this.schedule = machine.schedule();
        this.name = name;
        this.kind = kind;
    }

    public Machine machine() {
        return machine;
    }

    @Override
    public Ticker ticker() {
        return schedule;
    }

    @Override
    public boolean inEventLoop(Thread thread) {
        return schedule.running() == this;
    }

    @Override
    public void execute(Runnable task) {
        if (!machine.isDown()) {
            tasks.add(task);
            getReady();
        }
    }

    private void getReady() {
        if (!isReady) {
            isReady = true;
            schedule.after(machine.delayNs(kind), name, this::step);
        }
    }

    private void step() {
        isReady = false;
        if (machine.isDown()) {
            tasks.clear();
            return;
        }
        if (machine.isPaused()) {
            isReady = true;
            schedule.after(machine.pausedForNs(), name, this::step);
            return;
        }
        var before = schedule.enter(this);
        try {
            takeDue();
            if (!tasks.isEmpty()) {
                int chosen = kind == Kind.POOL ? schedule.random().nextInt(tasks.size()) : 0;
                tasks.remove(chosen).run();
            }
        } finally {
            schedule.enter(before);
        }
        if (!tasks.isEmpty()) {
            getReady();
        }
        armTimer();
    }

    private void takeDue() {
        for (var due = pollScheduledTask(schedule.nanoTime()); due != null;) {
            tasks.add(due);
            due = pollScheduledTask(schedule.nanoTime());
        }
    }

    private void armTimer() {
        long deadlineNs = nextScheduledTaskDeadlineNanos();
        if (deadlineNs >= 0 && deadlineNs < wakesAtNs) {
            wakesAtNs = deadlineNs;
            schedule.after(deadlineNs - schedule.nanoTime(), name, this::wake);
        }
    }

    private void wake() {
        wakesAtNs = NEVER;
        if (!isReady) {
            step();
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
        return true;
    }

    @Override
    @Deprecated
    public void shutdown() {
        tasks.clear();
    }

    @Override
    public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
        return terminationFuture();
    }

    @Override
    public Future<?> terminationFuture() {
        return newSucceededFuture(null);
    }

    @Override
    public String toString() {
        return name;
    }
}
