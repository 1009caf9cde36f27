package io.millrace.broker.simulation.machine;

import java.util.concurrent.TimeUnit;

/** One process: its loops run until it goes down, and not while it is paused. */
public final class Machine {
    private static final long LOOP_DELAY_NS = TimeUnit.MICROSECONDS.toNanos(40);
    private static final long STORAGE_DELAY_NS = TimeUnit.MICROSECONDS.toNanos(300);

    private final String name;
    private final Schedule schedule;
    private boolean isDown;
    private long pausedUntilNs;
    private long storageFactor = 1;

    public Machine(String name, Schedule schedule) {
        this.name = name;
        this.schedule = schedule;
    }

    public Schedule schedule() {
        return schedule;
    }

    /** A loop that runs its tasks in order. */
    public StepLoop loop(String loopName) {
        return new StepLoop(this, name + " " + loopName, StepLoop.Kind.LOOP);
    }

    /** A thread of its own that blocks on the disk now and then. */
    public StepLoop storageThread(String loopName) {
        return new StepLoop(this, name + " " + loopName, StepLoop.Kind.STORAGE);
    }

    /** Several threads: what they are given is done in any order. */
    public StepLoop storagePool(String loopName) {
        return new StepLoop(this, name + " " + loopName, StepLoop.Kind.POOL);
    }

    public boolean isDown() {
        return isDown;
    }

    /** Ends all of it, at once and for good. */
    public void kill() {
        isDown = true;
    }

    public void pause(long ms) {
        pausedUntilNs = schedule.nanoTime() + TimeUnit.MILLISECONDS.toNanos(ms);
    }

    public void resume() {
        pausedUntilNs = 0;
    }

    public boolean isPaused() {
        return schedule.nanoTime() < pausedUntilNs;
    }

    long pausedForNs() {
        return pausedUntilNs - schedule.nanoTime();
    }

    /** Makes the disk so many times slower. */
    public void slowStorage(long factor) {
        storageFactor = factor;
    }

    long delayNs(StepLoop.Kind kind) {
        return kind == StepLoop.Kind.LOOP ? 1 + schedule.random().nextLong(LOOP_DELAY_NS)
                : (1 + schedule.random().nextLong(STORAGE_DELAY_NS)) * storageFactor;
    }

    @Override
    public String toString() {
        return name;
    }
}
