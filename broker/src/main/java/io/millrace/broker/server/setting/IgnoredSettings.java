package io.millrace.broker.server.setting;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Settings of Kafka's brokers that may stay in a file: they do nothing here, and for each it is said why. */
public final class IgnoredSettings {

    /** Names, or beginnings of names before a star, and why they have no effect. */
    record Reason(String why, List<String> names) {

        private boolean covers(String name) {
            return names.stream().anyMatch(pattern -> pattern.endsWith("*")
                    ? name.startsWith(pattern.substring(0, pattern.length() - 1))
                    : name.equals(pattern));
        }
    }

    private static final List<Reason> REASONS = new ArrayList<>();

    static {
        because("the core loops handle requests, see num.network.threads",
                "num.io.threads", "queued.max.requests", "group.coordinator.threads",
                "group.coordinator.append.linger.ms", "group.coordinator.cached.buffer.max.bytes");
        because("background.threads recovers and moves logs",
                "num.recovery.threads.per.data.dir", "num.replica.alter.log.dirs.threads");
        because("ZooKeeper holds the cluster's metadata, and every broker can be the controller",
                "process.roles", "controller.quorum.*", "controller.listener.names", "metadata.*",
                "broker.heartbeat.interval.ms", "broker.session.timeout.ms",
                "initial.broker.registration.timeout.ms", "early.start.listeners");
        because("brokers agree on versions without it",
                "inter.broker.protocol.version", "log.message.format.version",
                "log.message.downconversion.enable");
        because("requests to ZooKeeper are always pipelined", "zookeeper.max.in.flight.requests");
        because("replication has no such choice in this release",
                "replica.socket.*", "replica.high.watermark.*",
                "controlled.shutdown.*", "replication.quota.*", "alter.log.dirs.replication.quota.*",
                "log.dir.failure.timeout.ms");
        because("transactions are not part of this release",
                "transaction.*", "transactional.id.expiration.ms");
        because("only classic groups are part of this release",
                "group.coordinator.rebalance.protocols", "group.consumer.*", "group.share.*",
                "group.streams.*", "share.coordinator.*", "errors.deadletterqueue.*");
        because("quotas are not part of this release", "quota.*", "controller.quota.*");
        because("tiered storage is not part of this release", "remote.log.*", "remote.fetch.*");
        because("metrics are not reported in this release",
                "metric.reporters", "metrics.*", "telemetry.*", "auto.include.jmx.reporter");
    }

    private IgnoredSettings() {}

    private static void because(String why, String... names) {
        REASONS.add(new Reason(why, List.of(names)));
    }

    /** In the order in which the docs show them. */
    static List<Reason> all() {
        return Collections.unmodifiableList(REASONS);
    }

    /** Why a setting has no effect; null if nothing is known about it. */
    public static String reason(String name) {
        for (var reason : REASONS) {
            if (reason.covers(name)) {
                return reason.why;
            }
        }
        return null;
    }
}
