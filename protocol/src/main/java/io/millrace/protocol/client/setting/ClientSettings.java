package io.millrace.protocol.client.setting;

import static io.millrace.protocol.setting.Setting.ofInt;
import static io.millrace.protocol.setting.Setting.ofList;
import static io.millrace.protocol.setting.Setting.ofLong;
import static io.millrace.protocol.setting.Setting.ofString;

import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.Settings;
import java.util.List;

/** The settings that producers, consumers and admins share, under Kafka's names and with its defaults. */
public final class ClientSettings {
    /** The value of {@link #METADATA_RECOVERY} that turns to the bootstrap addresses again. */
    public static final String REBOOTSTRAP = "rebootstrap";
    static final String CANONICAL_NAMES = "resolve_canonical_bootstrap_servers_only";

    public static final Setting<List<String>> BOOTSTRAP_SERVERS = ofList("bootstrap.servers")
            .must("at least one host:port", list -> !list.isEmpty())
            .doc("Addresses of some brokers, host:port each; the others are learnt from them.");
    public static final Setting<String> CLIENT_ID = ofString("client.id", "")
            .doc("The name by which brokers log this client and count its quota.");
    public static final Setting<String> DNS_LOOKUP = ofString("client.dns.lookup", "use_all_dns_ips")
            .oneOf("use_all_dns_ips", CANONICAL_NAMES)
            .doc("How host names become addresses: each in turn until one answers, or, for bootstrap"
                    + " addresses, as their canonical names.");
    public static final Setting<String> SECURITY_PROTOCOL = ofString("security.protocol", "PLAINTEXT")
            .must("PLAINTEXT, the only protocol offered so far", "PLAINTEXT"::equals)
            .doc("How to talk to brokers. PLAINTEXT is offered.");
    public static final Setting<Integer> REQUEST_TIMEOUT_MS = ofInt("request.timeout.ms", 30_000).atLeast(1)
            .doc("How long to wait for the answer to a request, in milliseconds; its connection is closed then.");
    public static final Setting<Long> RETRY_BACKOFF_MS = ofLong("retry.backoff.ms", 100L).atLeast(0)
            .doc("The pause before the first retry, in milliseconds; it doubles with every further one.");
    public static final Setting<Long> RETRY_BACKOFF_MAX_MS = ofLong("retry.backoff.max.ms", 1_000L).atLeast(0)
            .doc("The longest pause before a retry, in milliseconds.");
    public static final Setting<Long> RECONNECT_BACKOFF_MS = ofLong("reconnect.backoff.ms", 50L).atLeast(0)
            .doc("The pause before a broker is connected to again, in milliseconds; it doubles with every"
                    + " failure.");
    public static final Setting<Long> RECONNECT_BACKOFF_MAX_MS = ofLong("reconnect.backoff.max.ms", 1_000L)
            .atLeast(0).doc("The longest pause before a broker is connected to again, in milliseconds.");
    public static final Setting<Integer> CONNECT_TIMEOUT_MS = ofInt(
            "socket.connection.setup.timeout.ms", 10_000).atLeast(1)
            .doc("How long to wait for a connection and its handshake, in milliseconds.");
    public static final Setting<Long> MAX_IDLE_MS = ofLong("connections.max.idle.ms", 540_000L).atLeast(-1)
            .doc("A connection that was not used for so many milliseconds is closed; -1 keeps it.");
    public static final Setting<Long> METADATA_MAX_AGE_MS = ofLong("metadata.max.age.ms", 300_000L).atLeast(0)
            .doc("What is known of the cluster is asked for again after so many milliseconds.");
    public static final Setting<String> METADATA_RECOVERY = ofString("metadata.recovery.strategy",
            REBOOTSTRAP)
            .oneOf(REBOOTSTRAP, "none")
            .doc("What to do when no known broker can be reached: turn to bootstrap.servers again, or keep"
                    + " trying.");
    public static final Setting<Long> REBOOTSTRAP_TRIGGER_MS = ofLong(
            "metadata.recovery.rebootstrap.trigger.ms", 300_000L).atLeast(0)
            .doc("After so many milliseconds without an answer about the cluster, nothing known is relied on.");

    private static final List<Setting<?>> ALL = List.of(BOOTSTRAP_SERVERS, CLIENT_ID, DNS_LOOKUP,
            SECURITY_PROTOCOL, REQUEST_TIMEOUT_MS, RETRY_BACKOFF_MS, RETRY_BACKOFF_MAX_MS,
            RECONNECT_BACKOFF_MS, RECONNECT_BACKOFF_MAX_MS, CONNECT_TIMEOUT_MS, MAX_IDLE_MS,
            METADATA_MAX_AGE_MS, METADATA_RECOVERY, REBOOTSTRAP_TRIGGER_MS);

    private ClientSettings() {}

    /** All of them, for the catalogue of one kind of client. */
    public static List<Setting<?>> all() {
        return ALL;
    }

    /** The pauses between retries of a request. */
    public static Backoff retryBackoff(Settings settings) {
        return new Backoff(settings.get(RETRY_BACKOFF_MS), settings.get(RETRY_BACKOFF_MAX_MS));
    }

    /** The pauses between attempts to connect to the same broker. */
    public static Backoff reconnectBackoff(Settings settings) {
        return new Backoff(settings.get(RECONNECT_BACKOFF_MS), settings.get(RECONNECT_BACKOFF_MAX_MS));
    }
}
