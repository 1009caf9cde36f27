package io.millrace.broker.coordinator.group;

import io.millrace.broker.coordinator.group.journal.Timers;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Time that stands still until a test moves it on. */
final class ManualTimers implements Timers {
    private static final long EPOCH_MS = 1_700_000_000_000L;

    private final PriorityQueue<Task> tasks = new PriorityQueue<>(
            Comparator.comparingLong(Task::atMs).thenComparingLong(Task::order));
    private long nowMs;
    private long scheduled;

    private record Task(long atMs, long order, Runnable action) {}

    @Override
    public long nowMs() {
        return nowMs;
    }

    @Override
    public Alarm schedule(long delayMs, Runnable action) {
        var task = new Task(nowMs + delayMs, scheduled++, action);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    void advance(long ms) {
        long endMs = nowMs + ms;
        while (!tasks.isEmpty() && tasks.peek().atMs <= endMs) {
            var task = tasks.poll();
            nowMs = Math.max(nowMs, task.atMs);
            task.action.run();
        }
        nowMs = endMs;
    }

    int pending() {
        return tasks.size();
    }

    InstantSource clock() {
        return () -> Instant.ofEpochMilli(EPOCH_MS + nowMs);
    }
}
