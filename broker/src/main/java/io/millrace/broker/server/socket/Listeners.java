package io.millrace.broker.server.socket;

import io.millrace.broker.metadata.Endpoint;
import io.millrace.broker.server.setting.SocketSettings;
import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.setting.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What {@code listeners} and {@code advertised.listeners} say together. */
public final class Listeners {
    private Listeners() {}

    public static List<ListenerAddress> toBind(Settings settings) {
        PlaintextOnly.require(settings);
        var listeners = ListenerAddress.parseAll(
                SocketSettings.LISTENERS.name(), settings.get(SocketSettings.LISTENERS));
        listeners.forEach(listener -> protocolOf(settings, listener.name()));
        var names = names(listeners);
        for (var advertised : advertised(settings)) {
            if (!names.contains(advertised.name())) {
                throw new SettingException("advertised.listeners names " + advertised.name()
                        + ", which listeners does not: add it there too");
            }
            if (advertised.host().isEmpty() || advertised.host().equals("0.0.0.0")) {
                throw new SettingException("advertised.listeners tells clients " + advertised
                        + ", which they cannot reach: name a host");
            }
        }
        return listeners;
    }

    private static List<ListenerAddress> advertised(Settings settings) {
        return ListenerAddress.parseAll(SocketSettings.ADVERTISED_LISTENERS.name(),
                settings.get(SocketSettings.ADVERTISED_LISTENERS));
    }

    private static String protocolOf(Settings settings, String listener) {
        var protocol = ListenerAddress.parseProtocols(SocketSettings.PROTOCOL_MAP.name(),
                settings.get(SocketSettings.PROTOCOL_MAP)).get(listener);
        if (protocol == null) {
            throw new SettingException("Listener " + listener + " has no protocol: add " + listener
                    + ":PLAINTEXT to listener.security.protocol.map");
        }
        return protocol;
    }

    private static Set<String> names(List<ListenerAddress> listeners) {
        var names = new HashSet<String>();
        listeners.forEach(listener -> names.add(listener.name()));
        return names;
    }

    /** The listener that brokers reach each other by. */
    public static String interBroker(Settings settings) {
        var named = settings.get(SocketSettings.INTER_BROKER_LISTENER);
        return named != null ? named.toUpperCase(Locale.ROOT) : toBind(settings).get(0).name();
    }

    /** The listeners whose address clients are told as it is set, not as they reached it. */
    public static Set<String> advertisedNames(Settings settings) {
        return names(advertised(settings));
    }

    /** What other brokers and the cluster are told of the bound listeners. */
    public static List<Endpoint> toAnnounce(Settings settings, List<ListenerAddress> bound)
            throws IOException {
        var endpoints = new ArrayList<Endpoint>();
        for (var listener : bound) {
            var told = advertised(settings).stream()
                    .filter(advertised -> advertised.name().equals(listener.name()))
                    .findFirst().orElse(listener);
            boolean isWildcard = told.host().isEmpty() || told.host().equals("0.0.0.0")
                    || told.host().equals("::");
            var host = isWildcard ? InetAddress.getLocalHost().getHostName() : told.host();
            endpoints.add(new Endpoint(
                    listener.name(), protocolOf(settings, listener.name()), host, told.port()));
        }
        return endpoints;
    }
}
