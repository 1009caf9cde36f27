package io.millrace.broker.server.socket;

import io.millrace.broker.server.setting.SocketSettings;
import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.setting.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Caps on open connections and on new ones per second: of the broker, of each listener, of each address. Past the
 * caps of broker and listener the next connection waits to be accepted; past that of its address it is closed.
 * Beside other listeners, that of the brokers is exempt from the broker's caps (KIP-402). Called by all core loops; the
 * caps change at run time.
 */
final class ConnectionLimits {

    private static final String NO_LISTENER = "";

    private record PerAddress(int most, Map<InetAddress, Integer> exceptions) {}

    private final ConnectionQuota broker = new ConnectionQuota();
    private final Map<String, ConnectionQuota> listeners = new ConcurrentHashMap<>();
    private final Map<InetAddress, Integer> openByAddress = new ConcurrentHashMap<>();
    private volatile PerAddress perAddress = new PerAddress(Integer.MAX_VALUE, Map.of());
    private volatile String exempt = NO_LISTENER;

    /** Takes over the caps of these settings. Looks up host names, so it may block. */
    void change(Settings settings) {
        perAddress = new PerAddress(settings.get(SocketSettings.MAX_PER_IP),
                parseExceptions(settings.get(SocketSettings.MAX_PER_IP_OVERRIDES)));
        broker.change(settings.get(SocketSettings.MAX_CONNECTIONS),
                settings.get(SocketSettings.MAX_CREATION_RATE));
        var addresses = ListenerAddress.parseAll(SocketSettings.LISTENERS.name(),
                settings.get(SocketSettings.LISTENERS));
        exempt = addresses.size() > 1 ? Listeners.interBroker(settings) : NO_LISTENER;
        for (var address : addresses) {
            var part = address.name().toLowerCase(Locale.ROOT);
            ofListener(address.name()).change(settings.get(SocketSettings.MAX_CONNECTIONS.forPart(part)),
                    settings.get(SocketSettings.MAX_CREATION_RATE.forPart(part)));
        }
    }

    private static Map<InetAddress, Integer> parseExceptions(List<String> entries) {
        var exceptions = new HashMap<InetAddress, Integer>();
        for (var entry : entries) {
            int colon = entry.lastIndexOf(':');
            try {
                exceptions.put(InetAddress.getByName(entry.substring(0, colon)),
                        Integer.valueOf(entry.substring(colon + 1)));
            } catch (UnknownHostException e) {
                throw new SettingException("max.connections.per.ip.overrides names " + entry
                        + ", whose address cannot be resolved");
            }
        }
        return exceptions;
    }

    private ConnectionQuota ofListener(String listener) {
        return listeners.computeIfAbsent(listener, name -> new ConnectionQuota());
    }

    /** How long the next connection has to wait: 0, a time, or {@link ConnectionQuota#UNTIL_ONE_CLOSES}. */
    long waitNs(String listener, long nowNs) {
        long ownWaitNs = ofListener(listener).waitNs(nowNs);
        return isExempt(listener) ? ownWaitNs : Math.max(broker.waitNs(nowNs), ownWaitNs);
    }

    /** Whether only its own caps hold for a listener. */
    boolean isExempt(String listener) {
        return exempt.equalsIgnoreCase(listener);
    }

    /** Whether more connections are open than the broker may have, since the exempt listener took some. */
    boolean isExceeded() {
        return broker.isExceeded();
    }

    /** Counts an accepted connection; answers why it must be closed, or null if it may stay. */
    String admit(String listener, InetAddress address, long nowNs) {
        if (isExempt(listener)) {
            broker.openedOutsideTheRate();
        } else {
            broker.opened(nowNs);
        }
        ofListener(listener).opened(nowNs);
        int open = openByAddress.merge(address, 1, Integer::sum);
        var caps = perAddress;
        int most = caps.exceptions.getOrDefault(address, caps.most);
        return open <= most
                ? null
                : "max.connections.per.ip=" + most + " is reached for " + address.getHostAddress();
    }

    /** A connection that was counted, whether it could stay or not, has closed. */
    void closed(String listener, InetAddress address) {
        broker.closed();
        ofListener(listener).closed();
        openByAddress.computeIfPresent(address, (key, count) -> count == 1 ? null : count - 1);
    }
}
