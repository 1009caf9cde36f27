package io.millrace.broker.coordinator.group.membership;

import io.millrace.broker.coordinator.group.journal.Timers;

/**
 * A deadline that each sign of life moves on. Its alarm is set anew only when it rings too early, so a heartbeat costs
 * one store.
 */
final class Session {
    private final Timers timers;
    private final Runnable onExpiry;
    private long deadlineMs;
    private long alarmMs;
    private Timers.Alarm alarm;

    Session(Timers timers, Runnable onExpiry) {
        this.timers = timers;
        this.onExpiry = onExpiry;
    }

    void extend(long timeoutMs) {
        deadlineMs = timers.nowMs() + timeoutMs;
        if (alarm == null || deadlineMs < alarmMs) {
            end();
            set(timeoutMs);
        }
    }

    void end() {
        if (alarm != null) {
            alarm.cancel();
            alarm = null;
        }
    }

    private void set(long delayMs) {
        alarmMs = timers.nowMs() + delayMs;
        alarm = timers.schedule(delayMs, this::ring);
    }

    private void ring() {
        alarm = null;
        long leftMs = deadlineMs - timers.nowMs();
        if (leftMs > 0) {
            set(leftMs);
        } else {
            onExpiry.run();
        }
    }
}
