package io.millrace.broker.server.setting;

import static io.millrace.protocol.setting.Setting.ofInt;
import static io.millrace.protocol.setting.Setting.ofList;
import static io.millrace.protocol.setting.Setting.ofLong;
import static io.millrace.protocol.setting.Setting.ofString;

import io.millrace.protocol.setting.Reload;
import io.millrace.protocol.setting.Setting;
import java.util.List;

/** Settings of listeners and sockets. */
public final class SocketSettings {
    private static final String LISTENER_SCOPE = "listener.name.";

    public static final Setting<List<String>> LISTENERS = ofList("listeners", "PLAINTEXT://127.0.0.1:9092")
            .must("at least one NAME://host:port", list -> !list.isEmpty())
            .doc("Addresses to listen on, NAME://host:port each. An empty host binds all addresses, port 0"
                    + " picks a free one.");
    public static final Setting<List<String>> ADVERTISED_LISTENERS = ofList("advertised.listeners")
            .doc("Addresses that clients are told, by listener name. For a listener without one, each client"
                    + " is told the address that it reached itself.");
    public static final Setting<List<String>> PROTOCOL_MAP = ofList("listener.security.protocol.map",
            "PLAINTEXT:PLAINTEXT", "SSL:SSL", "SASL_PLAINTEXT:SASL_PLAINTEXT", "SASL_SSL:SASL_SSL")
            .doc("Security protocol of each listener name, NAME:PROTOCOL each. PLAINTEXT is offered.");
    public static final Setting<String> INTER_BROKER_LISTENER = ofString("inter.broker.listener.name", null)
            .doc("The listener that brokers reach each other by; the first one if unset.");
    public static final Setting<String> INTER_BROKER_PROTOCOL = ofString("security.inter.broker.protocol",
            "PLAINTEXT")
            .doc("Security protocol between brokers. PLAINTEXT is offered.");
    public static final Setting<Integer> CORE_LOOPS = ofInt("num.network.threads", null).between(1, 1024)
            .doc("Core loops, which own connections and partitions; one a processor if unset.");
    public static final Setting<Integer> MAX_REQUEST_BYTES = ofInt("socket.request.max.bytes", 100 << 20)
            .atLeast(1).doc("Largest request, in bytes; a larger one closes its connection.");
    public static final Setting<Integer> SEND_BUFFER_BYTES = ofInt("socket.send.buffer.bytes", -1).atLeast(-1)
            .doc("TCP send buffer, in bytes; -1 leaves it to the operating system, which sizes it by need.");
    public static final Setting<Integer> RECEIVE_BUFFER_BYTES = ofInt("socket.receive.buffer.bytes", -1)
            .atLeast(-1)
            .doc("TCP receive buffer, in bytes; -1 leaves it to the operating system.");
    public static final Setting<Integer> BACKLOG = ofInt("socket.listen.backlog.size", 512).atLeast(1)
            .doc("Connections that may wait to be accepted.");
    public static final Setting<Long> MAX_BYTES_IN_FLIGHT = ofLong("queued.max.request.bytes", 64L << 20)
            .must("-1 or at least 1048576", bytes -> bytes == -1 || bytes >= 1 << 20)
            .doc("Bytes of all requests that are read, queued or answered; past it, further large requests wait"
                    + " in their sockets. A quarter of it is for one connection. -1 sets no bound.");
    public static final Setting<Long> MAX_IDLE_MS = ofLong("connections.max.idle.ms", 600_000L)
            .doc("A connection that is silent for this long is closed; negative keeps it.");
    public static final Setting<Integer> MAX_CONNECTIONS = ofInt("max.connections", Integer.MAX_VALUE)
            .atLeast(1).reload(Reload.CLUSTER_WIDE).scoped(LISTENER_SCOPE)
            .doc("Most open connections; further ones wait to be accepted until one closes. Beside other listeners,"
                    + " inter.broker.listener.name is exempt: a broker that connects takes the place of the"
                    + " client that is idle for longest."
                    + " listener.name.NAME.max.connections holds for the listener NAME, in lower case, alone.");
    public static final Setting<Integer> MAX_CREATION_RATE = ofInt("max.connection.creation.rate",
            Integer.MAX_VALUE)
            .atLeast(1).reload(Reload.CLUSTER_WIDE).scoped(LISTENER_SCOPE)
            .doc("Most connections accepted per second; further ones wait."
                    + " listener.name.NAME.max.connection.creation.rate holds for the listener NAME alone.");
    public static final Setting<Integer> MAX_PER_IP = ofInt("max.connections.per.ip", Integer.MAX_VALUE)
            .atLeast(0).reload(Reload.CLUSTER_WIDE)
            .doc("Most open connections from one address; a further one is closed.");
    public static final Setting<List<String>> MAX_PER_IP_OVERRIDES = ofList(
            "max.connections.per.ip.overrides")
            .must("address:count, separated by commas",
                    list -> list.stream().allMatch(entry -> entry.matches(".+:\\d+")))
            .reload(Reload.CLUSTER_WIDE)
            .doc("Exceptions to max.connections.per.ip, address:count each.");

    static final List<Setting<?>> ALL = List.of(LISTENERS, ADVERTISED_LISTENERS, PROTOCOL_MAP,
            INTER_BROKER_LISTENER, INTER_BROKER_PROTOCOL, CORE_LOOPS, MAX_REQUEST_BYTES, SEND_BUFFER_BYTES,
            RECEIVE_BUFFER_BYTES,
            BACKLOG, MAX_BYTES_IN_FLIGHT, MAX_IDLE_MS, MAX_CONNECTIONS, MAX_CREATION_RATE, MAX_PER_IP,
            MAX_PER_IP_OVERRIDES);

    private SocketSettings() {}
}
