package io.millrace.broker.coordinator.group.journal;

/** The owner's clock and alarms; called on the owner, tasks run on the owner. */
public interface Timers {

    /** A scheduled task that can be called off; after it ran that does nothing. */
    @FunctionalInterface
    interface Alarm {
        void cancel();
    }

    /** Milliseconds of a clock that never jumps; its zero means nothing. */
    long nowMs();

    Alarm schedule(long delayMs, Runnable task);
}
