package io.millrace.broker.zookeeper;

import io.millrace.protocol.setting.Setting;
import java.util.List;

/** How a broker reaches ZooKeeper, or runs its own. */
public final class ZooKeeperSettings {
    public static final Setting<String> CONNECT = Setting.ofString("zookeeper.connect", "embedded")
            .must("embedded, or host:port,host:port/path", ZooKeeperAddress::isValid)
            .doc("ZooKeeper servers as host:port, separated by commas, with an optional path at the end under"
                    + " which all of the cluster's data lives; it is created if missing. The default, embedded,"
                    + " runs a server inside the broker, reachable from this machine alone.");
    public static final Setting<Integer> SESSION_TIMEOUT_MS = Setting
            .ofInt("zookeeper.session.timeout.ms", 6000)
            .atLeast(1000)
            .doc("A broker that ZooKeeper has not heard from for this long counts as dead.");
    public static final Setting<Integer> CONNECTION_TIMEOUT_MS = Setting
            .ofInt("zookeeper.connection.timeout.ms", 15_000)
            .atLeast(1)
            .doc("How long a starting broker waits for the first connection to ZooKeeper.");
    public static final Setting<Integer> EMBEDDED_PORT = Setting.ofInt("zookeeper.embedded.port", 0)
            .between(0, 65_535)
            .doc("Loopback port of the embedded ZooKeeper server; 0 takes a free one.");

    private ZooKeeperSettings() {}

    public static List<Setting<?>> all() {
        return List.of(CONNECT, SESSION_TIMEOUT_MS, CONNECTION_TIMEOUT_MS, EMBEDDED_PORT);
    }
}
