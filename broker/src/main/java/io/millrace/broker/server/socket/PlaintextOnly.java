package io.millrace.broker.server.socket;

import io.millrace.broker.server.setting.SocketSettings;
import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.setting.Settings;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * Refuses settings that ask for encryption, authentication or authorization: a broker that ignored them would
 * be open where its operator believes it closed. Pure.
 */
public final class PlaintextOnly {
    static final String PROTOCOL = "PLAINTEXT";

    private static final Pattern SECURITY = Pattern.compile("(listener\\.name\\.[^.]+\\.)?"
            + "(([^.]+\\.)?(ssl|sasl)\\..+|principal\\.builder\\.class|connections\\.max\\.reauth\\.ms)"
            + "|authorizer\\.class\\.name|super\\.users|allow\\.everyone\\.if\\.no\\.acl\\.found"
            + "|delegation\\.token\\..+|zookeeper\\.set\\.acl");
    private static final List<String> OFF = List.of("", "0", "none", "false");

    private PlaintextOnly() {}

    /** Throws a {@link SettingException} of one line that names all such settings and what to do about them. */
    public static void require(Settings settings) {
        var offending = new TreeSet<String>();
        settings.given().forEach((name, value) -> {
            if (SECURITY.matcher(name).matches() && !OFF.contains(value.strip())) {
                offending.add(name);
            }
        });
        var between = settings.get(SocketSettings.INTER_BROKER_PROTOCOL);
        if (!between.equals(PROTOCOL)) {
            offending.add(SocketSettings.INTER_BROKER_PROTOCOL.name() + "=" + between);
        }
        offending.addAll(offendingListeners(settings));
        if (!offending.isEmpty()) {
            throw new SettingException(
                    "Not started, since this version serves PLAINTEXT only and cannot do what "
                            + String.join(", ", offending) + (offending.size() == 1 ? " asks" : " ask")
                            + " for: remove " + (offending.size() == 1 ? "it" : "them")
                            + " if clients may connect without encryption, authentication and authorization");
        }
    }

    private static Set<String> offendingListeners(Settings settings) {
        var protocols = ListenerAddress.parseProtocols(SocketSettings.PROTOCOL_MAP.name(),
                settings.get(SocketSettings.PROTOCOL_MAP));
        var offending = new TreeSet<String>();
        for (var setting : List.of(SocketSettings.LISTENERS, SocketSettings.ADVERTISED_LISTENERS)) {
            for (var listener : ListenerAddress.parseAll(setting.name(), settings.get(setting))) {
                var protocol = protocols.get(listener.name());
                if (protocol != null && !protocol.equals(PROTOCOL)) {
                    offending.add(listener.name().equals(protocol)
                            ? listener + " in " + setting.name()
                            : listener.name() + ":" + protocol + " in " + SocketSettings.PROTOCOL_MAP.name());
                }
            }
        }
        return offending;
    }
}
