package io.millrace.producer.send;

import java.util.ArrayDeque;

/** Moments a fixed time after others, which come in order; one timer for all. Owned by the producer's thread. */
final class Timeline {
    private final Brokers brokers;
    private final long delayNs;
    private final Runnable onDue;
    private final ArrayDeque<Long> dueNs = new ArrayDeque<>();
    private boolean isTimerSet;

    Timeline(Brokers brokers, long delayNs, Runnable onDue) {
        this.brokers = brokers;
        this.delayNs = delayNs;
        this.onDue = onDue;
    }

    void add(long beganAtNs) {
        dueNs.add(beganAtNs + delayNs);
        setTimer();
    }

    private void setTimer() {
        if (!isTimerSet && !dueNs.isEmpty()) {
            isTimerSet = true;
            brokers.after(Math.max(0, dueNs.peek() - brokers.nowNs()), this::onTimer);
        }
    }

    private void onTimer() {
        isTimerSet = false;
        long nowNs = brokers.nowNs();
        boolean isAnyDue = false;
        while (!dueNs.isEmpty() && dueNs.peek() - nowNs <= 0) {
            dueNs.poll();
            isAnyDue = true;
        }
        if (isAnyDue) {
            onDue.run();
        }
        setTimer();
    }
}
