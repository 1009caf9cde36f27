package io.millrace.broker.server.socket;

import io.netty.util.concurrent.EventExecutor;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The connections of one core loop: closes idle and stalled ones, drains all at the end. Owned by that loop. */
final class ConnectionRegistry {
    private static final long MAX_STALL_NS = TimeUnit.SECONDS.toNanos(30);
    private static final int SWEEPS_PER_IDLE_TIME = 4;

    private final EventExecutor loop;
    private final RequestMemory memory;
    private final long maxIdleNs;
    private final Set<Connection> connections = new HashSet<>();
    private Runnable onDrained;

    ConnectionRegistry(EventExecutor loop, RequestMemory memory, long maxIdleMs) {
        this.memory = memory;
        this.loop = loop;
        this.maxIdleNs = TimeUnit.MILLISECONDS.toNanos(maxIdleMs);
        loop.scheduleWithFixedDelay(this::closeStalled, 1, 1, TimeUnit.SECONDS);
        if (maxIdleMs > 0) {
            long periodNs = Math.max(TimeUnit.MILLISECONDS.toNanos(100), maxIdleNs / SWEEPS_PER_IDLE_TIME);
            loop.scheduleWithFixedDelay(this::closeIdle, periodNs, periodNs, TimeUnit.NANOSECONDS);
        }
    }

    void opened(Connection connection) {
        connections.add(connection);
    }

    void closed(Connection connection) {
        connections.remove(connection);
        if (onDrained != null && connections.isEmpty()) {
            onDrained.run();
            onDrained = null;
        }
    }

    /** While memory is short, who holds some for a peer that makes no progress loses it. */
    private void closeStalled() {
        if (!memory.isShort()) {
            return;
        }
        long nowNs = System.nanoTime();
        for (var connection : Set.copyOf(connections)) {
            if (connection.stalledNs(nowNs) >= MAX_STALL_NS) {
                connection.close(
                        "others wait for the memory that its half-sent request or unread answers take");
            }
        }
    }

    private void closeIdle() {
        long nowNs = System.nanoTime();
        for (var connection : Set.copyOf(connections)) {
            if (connection.idleNs(nowNs) >= maxIdleNs) {
                connection.closeNow();
            }
        }
    }

    /** A connection, and for how long nothing happened on it. */
    record Idle(Connection connection, long idleNs) {}

    /** Names the connection that is idle for longest, save those of one listener; {@code best} if none is for longer. */
    void findLongestIdle(String sparedListener, Idle best, Consumer<Idle> found) {
        loop.execute(() -> {
            long nowNs = System.nanoTime();
            var longest = best;
            for (var connection : connections) {
                long idleNs = connection.idleNs(nowNs);
                if (!sparedListener.equals(connection.listener())
                        && (longest == null || idleNs > longest.idleNs)) {
                    longest = new Idle(connection, idleNs);
                }
            }
            found.accept(longest);
        });
    }

    /** Lets every connection finish what is in flight and close; runs {@code drained} on this loop after that. */
    void drain(Runnable drained) {
        loop.execute(() -> {
            if (connections.isEmpty()) {
                drained.run();
                return;
            }
            onDrained = drained;
            Set.copyOf(connections).forEach(Connection::drain);
        });
    }

    /** Closes what is still open. */
    void closeAll() {
        loop.execute(() -> Set.copyOf(connections).forEach(Connection::closeNow));
    }
}
