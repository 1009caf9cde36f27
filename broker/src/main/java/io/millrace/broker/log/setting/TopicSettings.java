package io.millrace.broker.log.setting;

import static io.millrace.protocol.setting.Setting.ofBoolean;
import static io.millrace.protocol.setting.Setting.ofDouble;
import static io.millrace.protocol.setting.Setting.ofInt;
import static io.millrace.protocol.setting.Setting.ofList;
import static io.millrace.protocol.setting.Setting.ofLong;
import static io.millrace.protocol.setting.Setting.ofString;

import io.millrace.protocol.setting.Reload;
import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.SettingCatalog;
import io.millrace.protocol.setting.Settings;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The settings of a topic, and the broker-level setting that is the default of each. Immutable. */
public final class TopicSettings {
    private static final long HOUR_MS = 3_600_000;
    private static final long MINUTE_MS = 60_000;
    private static final long WEEK_MS = 7 * 24 * HOUR_MS;

    /** Topic setting to its broker-level default, in order of declaration; null where there is none. */
    private static final Map<Setting<?>, Setting<?>> BROKER_DEFAULTS = new LinkedHashMap<>();

    public static final Setting<List<String>> CLEANUP_POLICY = topic(ofList("cleanup.policy", "delete")
            .oneOf("compact", "delete")
            .doc("What happens to old segments: delete them by retention, compact them to the newest"
                    + " record of each key, or both. Empty keeps everything."),
            "log.cleanup.policy");
    public static final Setting<Integer> COMPRESSION_GZIP_LEVEL = topic(ofInt("compression.gzip.level", -1)
            .must("-1 or from 1 to 9", level -> level == -1 || level >= 1 && level <= 9)
            .doc("Level when the broker itself compresses with gzip; -1 is the library's default."));
    public static final Setting<Integer> COMPRESSION_LZ4_LEVEL = topic(ofInt("compression.lz4.level", 9)
            .between(1, 17)
            .doc("Level when the broker itself compresses with lz4."));
    public static final Setting<String> COMPRESSION_TYPE = topic(ofString("compression.type", "producer")
            .oneOf("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer")
            .doc("Codec in which batches are stored; producer keeps them as they were sent."));
    public static final Setting<Integer> COMPRESSION_ZSTD_LEVEL = topic(ofInt("compression.zstd.level", 3)
            .between(-131_072, 22)
            .doc("Level when the broker itself compresses with zstd."));
    public static final Setting<Long> DELETE_RETENTION_MS = topic(ofLong("delete.retention.ms", 24 * HOUR_MS)
            .atLeast(0)
            .doc("How long compaction keeps a tombstone, so that a reader who started at the beginning"
                    + " sees it."),
            "log.cleaner.delete.retention.ms");
    public static final Setting<Boolean> DEAD_LETTER_QUEUE_ENABLE = alone(
            ofBoolean("errors.deadletterqueue.group.enable", false)
                    .doc("Whether share groups may use this topic for records that they could not process."));
    public static final Setting<Long> FILE_DELETE_DELAY_MS = topic(ofLong("file.delete.delay.ms", MINUTE_MS)
            .atLeast(0)
            .doc("How long a deleted segment's files stay on disk."),
            "log.segment.delete.delay.ms");
    public static final Setting<Long> FLUSH_MESSAGES = topic(ofLong("flush.messages", Long.MAX_VALUE)
            .atLeast(1)
            .doc("Records that may be acknowledged and not be forced to disk yet; with 1 every"
                    + " acknowledgement waits for the disk."),
            "log.flush.interval.messages");
    public static final Setting<Long> FLUSH_MS = topic(ofLong("flush.ms", Long.MAX_VALUE)
            .atLeast(0)
            .doc("Forces the log to disk when the oldest unforced record is this old."),
            broker -> broker.named("log.flush.interval.ms").alias("log.flush.scheduler.interval.ms", 1));
    public static final Setting<List<String>> FOLLOWER_THROTTLED_REPLICAS = alone(ofList(
            "follower.replication.throttled.replicas")
            .must("* or a list of partition:broker", TopicSettings::areReplicas)
            .doc("Replicas, as partition:broker, whose incoming replication is throttled; * for all."));
    public static final Setting<Integer> INDEX_INTERVAL_BYTES = topic(ofInt("index.interval.bytes", 4096)
            .atLeast(0)
            .doc("Bytes of log between two entries of the offset index."),
            "log.index.interval.bytes");
    public static final Setting<List<String>> LEADER_THROTTLED_REPLICAS = alone(ofList(
            "leader.replication.throttled.replicas")
            .must("* or a list of partition:broker", TopicSettings::areReplicas)
            .doc("Replicas, as partition:broker, whose outgoing replication is throttled; * for all."));
    public static final Setting<Long> LOCAL_RETENTION_BYTES = topic(ofLong("local.retention.bytes", -2L)
            .atLeast(-2)
            .doc("With tiered storage, local bytes kept per partition; -2 follows retention.bytes."),
            "log.local.retention.bytes");
    public static final Setting<Long> LOCAL_RETENTION_MS = topic(ofLong("local.retention.ms", -2L)
            .atLeast(-2)
            .doc("With tiered storage, how long segments stay local; -2 follows retention.ms."),
            "log.local.retention.ms");
    public static final Setting<Long> MAX_COMPACTION_LAG_MS = topic(
            ofLong("max.compaction.lag.ms", Long.MAX_VALUE)
                    .atLeast(1)
                    .doc("Longest time that a record may wait for compaction."),
            "log.cleaner.max.compaction.lag.ms");
    public static final Setting<Integer> MAX_DECOMPRESSED_MESSAGE_BYTES = topic(
            ofInt("max.decompressed.message.bytes", Integer.MAX_VALUE - 8)
                    .atLeast(1)
                    .doc("Largest record, once decompressed, that the broker accepts."));
    public static final Setting<Integer> MAX_MESSAGE_BYTES = topic(ofInt("max.message.bytes", 1_048_588)
            .atLeast(0)
            .doc("Largest batch accepted, as compressed, its 12-byte log prefix included."),
            "message.max.bytes");
    public static final Setting<Long> TIMESTAMP_AFTER_MAX_MS = topic(
            ofLong("message.timestamp.after.max.ms", HOUR_MS)
                    .atLeast(0)
                    .doc("How far a record's create time may lie ahead of the broker's clock."),
            "log.message.timestamp.after.max.ms");
    public static final Setting<Long> TIMESTAMP_BEFORE_MAX_MS = topic(
            ofLong("message.timestamp.before.max.ms", Long.MAX_VALUE)
                    .atLeast(0)
                    .doc("How far a record's create time may lie behind the broker's clock."),
            "log.message.timestamp.before.max.ms");
    public static final Setting<String> TIMESTAMP_TYPE = topic(
            ofString("message.timestamp.type", "CreateTime")
                    .oneOf("CreateTime", "LogAppendTime")
                    .doc("Whether records keep their sender's time or get the broker's."),
            "log.message.timestamp.type");
    public static final Setting<Double> MIN_CLEANABLE_DIRTY_RATIO = topic(
            ofDouble("min.cleanable.dirty.ratio", 0.5)
                    .between(0, 1)
                    .doc("Share of uncompacted bytes from which a log is worth compacting."),
            "log.cleaner.min.cleanable.ratio");
    public static final Setting<Long> MIN_COMPACTION_LAG_MS = topic(ofLong("min.compaction.lag.ms", 0L)
            .atLeast(0)
            .doc("Shortest time that every record stays, newer one of its key or not."),
            "log.cleaner.min.compaction.lag.ms");
    public static final Setting<Integer> MIN_INSYNC_REPLICAS = topic(ofInt("min.insync.replicas", 1)
            .atLeast(1)
            .doc("In-sync replicas that a write with acks=all needs."));
    public static final Setting<Boolean> PREALLOCATE = topic(ofBoolean("preallocate", false)
            .doc("Allocates a new segment's file at full size; otherwise it grows by extents."),
            "log.preallocate");
    public static final Setting<Long> REMOTE_COPY_LAG_BYTES = topic(ofLong("remote.copy.lag.bytes", -1L)
            .atLeast(-1)
            .doc("With tiered storage, bytes that may gather before upload."),
            "log.remote.copy.lag.bytes");
    public static final Setting<Long> REMOTE_COPY_LAG_MS = topic(ofLong("remote.copy.lag.ms", 0L)
            .atLeast(-1)
            .doc("With tiered storage, age before upload."),
            "log.remote.copy.lag.ms");
    public static final Setting<Boolean> REMOTE_LOG_COPY_DISABLE = alone(
            ofBoolean("remote.log.copy.disable", false)
                    .doc("With tiered storage, stops uploads."));
    public static final Setting<Boolean> REMOTE_LOG_DELETE_ON_DISABLE = alone(
            ofBoolean("remote.log.delete.on.disable", false)
                    .doc("Deletes the remote part of the log when tiered storage is turned off."));
    public static final Setting<Boolean> REMOTE_STORAGE_ENABLE = alone(
            ofBoolean("remote.storage.enable", false)
                    .doc("Turns tiered storage on for this topic."));
    public static final Setting<Long> RETENTION_BYTES = topic(ofLong("retention.bytes", -1L)
            .doc("Bytes kept per partition when segments are deleted; -1 sets no bound."),
            "log.retention.bytes");
    public static final Setting<Long> RETENTION_MS = topic(ofLong("retention.ms", WEEK_MS)
            .atLeast(-1)
            .doc("Time that records are kept when segments are deleted; -1 keeps them for ever."),
            broker -> broker.named("log.retention.ms")
                    .alias("log.retention.minutes", MINUTE_MS).alias("log.retention.hours", HOUR_MS));
    public static final Setting<Integer> SEGMENT_BYTES = topic(ofInt("segment.bytes", 1 << 30)
            .atLeast(1 << 20)
            .doc("Size at which a new segment starts."),
            "log.segment.bytes");
    public static final Setting<Integer> SEGMENT_INDEX_BYTES = topic(ofInt("segment.index.bytes", 10 << 20)
            .atLeast(4)
            .doc("Largest index of a segment; when it is full a new segment starts."),
            "log.index.size.max.bytes");
    public static final Setting<Long> SEGMENT_JITTER_MS = topic(ofLong("segment.jitter.ms", 0L)
            .atLeast(0)
            .doc("Up to this much, chosen at random, is taken off segment.ms, so that logs do not roll"
                    + " at once."),
            broker -> broker.named("log.roll.jitter.ms").alias("log.roll.jitter.hours", HOUR_MS));
    public static final Setting<Long> SEGMENT_MS = topic(ofLong("segment.ms", WEEK_MS)
            .atLeast(1)
            .doc("Age, in record time, at which a new segment starts even if the old one is not full."),
            broker -> broker.named("log.roll.ms").alias("log.roll.hours", HOUR_MS));
    public static final Setting<Boolean> UNCLEAN_LEADER_ELECTION_ENABLE = topic(ofBoolean(
            "unclean.leader.election.enable", false)
            .doc("Whether a replica that lacks records may lead when no other is left; loses records."));

    public static final SettingCatalog CATALOG = new SettingCatalog(BROKER_DEFAULTS.keySet());

    private TopicSettings() {}

    /** The broker-level settings that are the defaults of all topics. */
    public static List<Setting<?>> brokerSettings() {
        return BROKER_DEFAULTS.values().stream().filter(setting -> setting != null).toList();
    }

    /** The broker-level default of one topic setting; null if a topic stands alone in it. */
    public static Setting<?> brokerSetting(Setting<?> topicSetting) {
        return BROKER_DEFAULTS.get(topicSetting);
    }

    /** What holds for a topic: its own overrides, else what the broker was given, else the defaults. */
    public static Settings effective(Settings broker, Map<String, String> overrides) {
        var given = new HashMap<String, String>();
        BROKER_DEFAULTS.forEach((topic, atBroker) -> {
            if (atBroker != null && broker.isGiven(atBroker)) {
                given.put(topic.name(), broker.text(atBroker));
            }
        });
        given.putAll(overrides);
        return Settings.parse(CATALOG, given);
    }

    private static <T> Setting<T> topic(Setting<T> declared) {
        return topic(declared, declared.name());
    }

    private static <T> Setting<T> topic(Setting<T> declared, String brokerName) {
        var topic = declared.reload(Reload.CLUSTER_WIDE);
        BROKER_DEFAULTS.put(topic, topic.named(brokerName));
        return topic;
    }

    private static <T> Setting<T> alone(Setting<T> declared) {
        var topic = declared.reload(Reload.CLUSTER_WIDE);
        BROKER_DEFAULTS.put(topic, null);
        return topic;
    }

    private static <T> Setting<T> topic(
            Setting<T> declared, UnaryOperator<Setting<T>> brokerLevel) {
        var topic = declared.reload(Reload.CLUSTER_WIDE);
        BROKER_DEFAULTS.put(topic, brokerLevel.apply(topic));
        return topic;
    }

    private static boolean areReplicas(List<String> replicas) {
        return replicas.equals(List.of("*"))
                || replicas.stream().allMatch(replica -> replica.matches("\\d+:\\d+"));
    }
}
