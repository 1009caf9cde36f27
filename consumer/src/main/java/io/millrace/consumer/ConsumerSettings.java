package io.millrace.consumer;

import static io.millrace.protocol.setting.Setting.ofBoolean;
import static io.millrace.protocol.setting.Setting.ofInt;
import static io.millrace.protocol.setting.Setting.ofList;
import static io.millrace.protocol.setting.Setting.ofString;

import io.millrace.consumer.assignor.CooperativeStickyAssignor;
import io.millrace.consumer.assignor.PartitionAssignor;
import io.millrace.consumer.assignor.RangeAssignor;
import io.millrace.consumer.assignor.RoundRobinAssignor;
import io.millrace.consumer.assignor.StickyAssignor;
import io.millrace.consumer.fetch.FetchRules;
import io.millrace.consumer.group.GroupRules;
import io.millrace.consumer.position.OffsetReset;
import io.millrace.protocol.client.setting.ClientSettings;
import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.SettingCatalog;
import io.millrace.protocol.setting.SettingException;
import io.millrace.protocol.setting.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The settings of a consumer, under Kafka's names and with its defaults; those of all clients are among them. */
public final class ConsumerSettings {
    private static final String READ_COMMITTED = "read_committed";
    private static final String KAFKA_ASSIGNORS = "org.apache.kafka.clients.consumer.";

    public static final Setting<String> KEY_DESERIALIZER = ofString("key.deserializer", null)
            .doc("The class of the deserializer of keys; one of Kafka's own stands for ours of that name.");
    public static final Setting<String> VALUE_DESERIALIZER = ofString("value.deserializer", null)
            .doc("The class of the deserializer of values; one of Kafka's own stands for ours of that name.");
    public static final Setting<String> GROUP_ID = ofString("group.id", null)
            .must("not empty", id -> !id.isBlank())
            .doc("The group whose member the consumer is, and under whose name it commits.");
    public static final Setting<String> GROUP_INSTANCE_ID = ofString("group.instance.id", null)
            .must("not empty", id -> !id.isBlank())
            .doc("The name of a static member, which keeps its partitions while it restarts.");
    public static final Setting<String> GROUP_PROTOCOL = ofString("group.protocol", "classic")
            .must("classic, the only protocol offered so far", "classic"::equalsIgnoreCase)
            .doc("How the group divides its partitions. classic is offered.");
    public static final Setting<List<String>> ASSIGNORS = ofList("partition.assignment.strategy",
            "range", "cooperative-sticky")
            .must("at least one assignor", list -> !list.isEmpty())
            .doc("Who divides the partitions, in order of preference: range, roundrobin, sticky,"
                    + " cooperative-sticky, Kafka's classes of these, or a class of your own.");
    public static final Setting<Integer> SESSION_TIMEOUT_MS = ofInt("session.timeout.ms", 45_000).atLeast(1)
            .doc("A member of which the coordinator hears nothing for so many milliseconds is out.");
    public static final Setting<Integer> HEARTBEAT_INTERVAL_MS = ofInt("heartbeat.interval.ms", 3_000)
            .atLeast(1).doc("The pause between two signs of life, in milliseconds.");
    public static final Setting<Integer> MAX_POLL_INTERVAL_MS = ofInt("max.poll.interval.ms", 300_000)
            .atLeast(1)
            .doc("A member that does not poll for so many milliseconds leaves its group; also how long a"
                    + " rebalance waits for it.");
    public static final Setting<Integer> MAX_POLL_RECORDS = ofInt("max.poll.records", 500).atLeast(1)
            .doc("The most records that one poll returns.");
    public static final Setting<Boolean> AUTO_COMMIT = ofBoolean("enable.auto.commit", true)
            .doc("Whether poll commits, now and then, what earlier polls have returned.");
    public static final Setting<Integer> AUTO_COMMIT_INTERVAL_MS = ofInt("auto.commit.interval.ms", 5_000)
            .atLeast(0).doc("The pause between two such commits, in milliseconds.");
    public static final Setting<String> OFFSET_RESET = ofString("auto.offset.reset", "latest")
            .must("earliest, latest, none or by_duration:<ISO 8601 duration>", OffsetReset::isValid)
            .doc("Where to begin where nothing is committed, or what is committed is not in the log.");
    public static final Setting<String> ISOLATION_LEVEL = ofString("isolation.level", "read_uncommitted")
            .oneOf("read_uncommitted", READ_COMMITTED)
            .doc("Whether records of transactions are seen at once, or when they are committed.");
    public static final Setting<Integer> FETCH_MIN_BYTES = ofInt("fetch.min.bytes", 1).atLeast(0)
            .doc("A broker waits with its answer until it has so many bytes.");
    public static final Setting<Integer> FETCH_MAX_BYTES = ofInt("fetch.max.bytes", 52_428_800).atLeast(0)
            .doc("The most bytes that one answer should have, and that wait to be polled.");
    public static final Setting<Integer> FETCH_MAX_WAIT_MS = ofInt("fetch.max.wait.ms", 500).atLeast(0)
            .doc("The longest that a broker waits with its answer, in milliseconds.");
    public static final Setting<Integer> MAX_PARTITION_BYTES = ofInt("max.partition.fetch.bytes", 1_048_576)
            .atLeast(0).doc("The most bytes of one partition that one answer should have.");
    public static final Setting<Boolean> CHECK_CRCS = ofBoolean("check.crcs", true)
            .doc("Whether the checksums of what arrives are compared.");
    public static final Setting<String> RACK = ofString("client.rack", "")
            .doc("Where the consumer is: brokers send it to a replica of that name, if there is one.");
    public static final Setting<Boolean> AUTO_CREATE_TOPICS = ofBoolean("allow.auto.create.topics", true)
            .doc("Whether a topic that is asked for may be created, if the broker does such a thing.");
    public static final Setting<Boolean> EXCLUDE_INTERNAL = ofBoolean("exclude.internal.topics", true)
            .doc("Whether patterns pass over topics that the cluster itself uses.");
    public static final Setting<Integer> API_TIMEOUT_MS = ofInt("default.api.timeout.ms", 60_000).atLeast(0)
            .doc("How long methods wait for brokers that are not told otherwise, in milliseconds.");
    public static final Setting<List<String>> INTERCEPTORS = ofList("interceptor.classes")
            .doc("The classes of interceptors, in the order in which they see records.");

    /** All settings that a consumer understands. */
    public static final SettingCatalog CATALOG = catalog();

    private ConsumerSettings() {}

    private static SettingCatalog catalog() {
        var all = new ArrayList<>(ClientSettings.all());
        all.addAll(List.of(KEY_DESERIALIZER, VALUE_DESERIALIZER, GROUP_ID, GROUP_INSTANCE_ID, GROUP_PROTOCOL,
                ASSIGNORS, SESSION_TIMEOUT_MS, HEARTBEAT_INTERVAL_MS, MAX_POLL_INTERVAL_MS, MAX_POLL_RECORDS,
                AUTO_COMMIT, AUTO_COMMIT_INTERVAL_MS, OFFSET_RESET, ISOLATION_LEVEL, FETCH_MIN_BYTES,
                FETCH_MAX_BYTES, FETCH_MAX_WAIT_MS, MAX_PARTITION_BYTES, CHECK_CRCS, RACK, AUTO_CREATE_TOPICS,
                EXCLUDE_INTERNAL, API_TIMEOUT_MS, INTERCEPTORS));
        return new SettingCatalog(all);
    }

    /** Throws {@link SettingException} if the settings contradict each other. */
    static void check(Settings settings) {
        boolean hasGroup = settings.get(GROUP_ID) != null;
        if (!hasGroup && settings.isGiven(AUTO_COMMIT) && settings.get(AUTO_COMMIT)) {
            throw new SettingException("enable.auto.commit=true needs a group.id to commit for");
        }
        if (settings.get(HEARTBEAT_INTERVAL_MS) >= settings.get(SESSION_TIMEOUT_MS)) {
            throw new SettingException("heartbeat.interval.ms=" + settings.get(HEARTBEAT_INTERVAL_MS)
                    + " must be below session.timeout.ms=" + settings.get(SESSION_TIMEOUT_MS));
        }
    }

    /** What the settings say about fetching. */
    static FetchRules fetchRules(Settings settings) {
        return new FetchRules(settings.get(FETCH_MIN_BYTES), settings.get(FETCH_MAX_BYTES),
                settings.get(MAX_PARTITION_BYTES), settings.get(FETCH_MAX_WAIT_MS),
                settings.get(ClientSettings.REQUEST_TIMEOUT_MS),
                settings.get(ISOLATION_LEVEL).equals(READ_COMMITTED), settings.get(CHECK_CRCS),
                settings.get(RACK),
                TimeUnit.MILLISECONDS.toNanos(settings.get(ClientSettings.METADATA_MAX_AGE_MS)),
                OffsetReset.parse(settings.get(OFFSET_RESET)), ClientSettings.retryBackoff(settings));
    }

    /** What the settings say about membership. */
    static GroupRules groupRules(Settings settings) {
        return new GroupRules(settings.get(GROUP_ID),
                settings.get(GROUP_INSTANCE_ID), settings.get(RACK),
                settings.get(ASSIGNORS).stream().map(ConsumerSettings::assignor).toList(),
                settings.get(SESSION_TIMEOUT_MS),
                settings.get(HEARTBEAT_INTERVAL_MS),
                settings.get(MAX_POLL_INTERVAL_MS),
                settings.get(ClientSettings.REQUEST_TIMEOUT_MS), ClientSettings.retryBackoff(settings));
    }

    /** An assignor by its name in the protocol, by the name of Kafka's class, or by that of any other. */
    private static PartitionAssignor assignor(String name) {
        return switch (name.startsWith(KAFKA_ASSIGNORS) ? name.substring(KAFKA_ASSIGNORS.length()) : name) {
            case "range", "RangeAssignor" -> new RangeAssignor();
            case "roundrobin", "RoundRobinAssignor" -> new RoundRobinAssignor();
            case "sticky", "StickyAssignor" -> new StickyAssignor();
            case "cooperative-sticky", "CooperativeStickyAssignor" -> new CooperativeStickyAssignor();
            default -> Configured.make(PartitionAssignor.class, name, ASSIGNORS);
        };
    }
}
