package io.millrace.broker.server.socket;

import io.millrace.protocol.setting.SettingException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One entry of {@code listeners} or {@code advertised.listeners}: {@code NAME://host:port}. An empty host
 * binds all addresses; an IPv6 host stands in brackets.
 */
public record ListenerAddress(String name, String host, int port) {

    /** Parses a setting's entries; each name and each bound port may be used once. */
    static List<ListenerAddress> parseAll(String setting, List<String> entries) {
        var addresses = new ArrayList<ListenerAddress>();
        var names = new HashSet<String>();
        for (var entry : entries) {
            var address = parse(setting, entry);
            if (!names.add(address.name)) {
                throw new SettingException(
                        setting + " names " + address.name + " twice: give each listener its own name");
            }
            addresses.add(address);
        }
        return addresses;
    }

    private static ListenerAddress parse(String setting, String entry) {
        int scheme = entry.indexOf("://");
        int colon = entry.lastIndexOf(':');
        if (scheme <= 0 || colon < scheme + 3) {
            throw invalid(setting, entry);
        }
        var host = entry.substring(scheme + 3, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        } else if (host.indexOf(':') >= 0 || host.indexOf('/') >= 0) {
            throw invalid(setting, entry);
        }
        return new ListenerAddress(
                entry.substring(0, scheme).toUpperCase(Locale.ROOT), host, parsePort(setting, entry, colon));
    }

    private static int parsePort(String setting, String entry, int colon) {
        try {
            int port = Integer.parseInt(entry.substring(colon + 1));
            if (port >= 0 && port <= 65_535) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw invalid(setting, entry);
        }
        throw invalid(setting, entry);
    }

    private static SettingException invalid(String setting, String entry) {
        return new SettingException("Invalid value " + entry + " for " + setting
                + ": must be NAME://host:port, such as PLAINTEXT://127.0.0.1:9092");
    }

    /** Listener name to security protocol, from {@code NAME:PROTOCOL} entries. */
    static Map<String, String> parseProtocols(String setting, List<String> entries) {
        var protocols = new HashMap<String, String>();
        for (var entry : entries) {
            int colon = entry.indexOf(':');
            if (colon <= 0) {
                throw new SettingException(
                        "Invalid value " + entry + " for " + setting + ": must be NAME:PROTOCOL");
            }
            protocols.put(entry.substring(0, colon).toUpperCase(Locale.ROOT),
                    entry.substring(colon + 1).toUpperCase(Locale.ROOT));
        }
        return protocols;
    }

    @Override
    public String toString() {
        return name + "://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
