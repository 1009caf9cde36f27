package io.millrace.protocol.client.setting;

import io.millrace.protocol.cluster.Node;
import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.setting.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads {@code bootstrap.servers} into nodes with the ids -1, -2 and so on, shuffled so that load is spread. */
public final class BootstrapServers {
    private static final int HIGHEST_PORT = 65_535;

    private BootstrapServers() {}

    /** Throws {@link SettingException} on an address that makes no sense; looks names up only if they are to be canonical. */
    public static List<Node> parse(Settings settings) {
        var addresses = settings.get(ClientSettings.BOOTSTRAP_SERVERS);
        if (addresses.isEmpty()) {
            throw new SettingException(
                    "bootstrap.servers is missing: give the host:port of at least one broker");
        }
        boolean isCanonical = settings.get(ClientSettings.DNS_LOOKUP).equals(ClientSettings.CANONICAL_NAMES);
        var nodes = new ArrayList<Node>();
        for (var address : addresses) {
            int colon = address.lastIndexOf(':');
            var host = hostOf(address, colon);
            int port = portOf(address, colon);
            for (var name : isCanonical ? canonicalNames(host) : List.of(host)) {
                nodes.add(new Node(-1 - nodes.size(), name, port, null));
            }
        }
        Collections.shuffle(nodes);
        return List.copyOf(nodes);
    }

    private static String hostOf(String address, int colon) {
        var host = colon < 0 ? "" : address.substring(0, colon);
        boolean isBracketed = host.startsWith("[") && host.endsWith("]");
        host = isBracketed ? host.substring(1, host.length() - 1) : host;
        if (host.isEmpty() || host.contains("/") || (!isBracketed && host.contains(":"))) {
            throw wrong(address);
        }
        return host;
    }

    private static int portOf(String address, int colon) {
        try {
            int port = Integer.parseInt(address.substring(colon + 1));
            if (port > 0 && port <= HIGHEST_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            throw wrong(address);
        }
        throw wrong(address);
    }

    private static SettingException wrong(String address) {
        return new SettingException("Invalid address " + address
                + " in bootstrap.servers: must be host:port, an IPv6 address in brackets");
    }

    private static List<String> canonicalNames(String host) {
        var names = new ArrayList<String>();
        try {
            for (var address : InetAddress.getAllByName(host)) {
                names.add(address.getCanonicalHostName());
            }
        } catch (UnknownHostException e) {
            throw new SettingException("The host " + host + " in bootstrap.servers is unknown");
        }
        return names;
    }
}
