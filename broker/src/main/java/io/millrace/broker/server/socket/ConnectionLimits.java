package io.millrace.broker.server.socket;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Caps on open connections, in all and per address. Called from every core loop. */
final class ConnectionLimits {
    private final int maxConnections;
    private final int maxPerAddress;
    private final Map<InetAddress, Integer> overrides;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<InetAddress, Integer> openByAddress = new ConcurrentHashMap<>();

    ConnectionLimits(int maxConnections, int maxPerAddress, Map<InetAddress, Integer> overrides) {
        this.maxConnections = maxConnections;
        this.maxPerAddress = maxPerAddress;
        this.overrides = overrides;
    }

    /** Counts a new connection; answers why it must be refused, or null if it may stay. */
    String admit(InetAddress address) {
        if (open.incrementAndGet() > maxConnections) {
            open.decrementAndGet();
            return "max.connections=" + maxConnections + " is reached";
        }
        int limit = overrides.getOrDefault(address, maxPerAddress);
        if (openByAddress.merge(address, 1, Integer::sum) > limit) {
            release(address);
            return "max.connections.per.ip=" + limit + " is reached for " + address.getHostAddress();
        }
        return null;
    }

    void release(InetAddress address) {
        open.decrementAndGet();
        openByAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }
}
