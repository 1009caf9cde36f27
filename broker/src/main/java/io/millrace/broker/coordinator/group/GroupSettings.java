package io.millrace.broker.coordinator.group;

import io.millrace.broker.coordinator.group.membership.GroupPolicy;
import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.Settings;
import java.util.List;

/** The broker's settings for consumer groups, committed offsets and the topic that keeps them. */
public final class GroupSettings {
    private static final long MS_PER_MINUTE = 60_000;

    public static final Setting<Integer> MIN_SESSION_TIMEOUT_MS = Setting
            .ofInt("group.min.session.timeout.ms", 6_000).atLeast(1)
            .doc("Shortest session timeout that a group member may ask for. A shorter one notices a dead"
                    + " consumer sooner, at the price of more heartbeats.");
    public static final Setting<Integer> MAX_SESSION_TIMEOUT_MS = Setting
            .ofInt("group.max.session.timeout.ms", 1_800_000).atLeast(1)
            .doc("Longest session timeout that a group member may ask for.");
    public static final Setting<Integer> INITIAL_REBALANCE_DELAY_MS = Setting
            .ofInt("group.initial.rebalance.delay.ms", 3_000).atLeast(0)
            .doc("How long an empty group waits for more members before its first rebalance. Each member that"
                    + " arrives meanwhile extends the wait, up to the rebalance timeout.");
    public static final Setting<Integer> MAX_SIZE = Setting
            .ofInt("group.max.size", Integer.MAX_VALUE).atLeast(1)
            .doc("Most members that one group may have.");
    public static final Setting<Integer> OFFSET_METADATA_MAX_BYTES = Setting
            .ofInt("offset.metadata.max.bytes", 4_096).atLeast(0)
            .doc("Longest note that a consumer may commit with an offset.");
    public static final Setting<Integer> OFFSETS_RETENTION_MINUTES = Setting
            .ofInt("offsets.retention.minutes", 7 * 24 * 60).atLeast(1)
            .doc("How long offsets are kept after their group lost its last member; for consumers without a"
                    + " group, after the last commit.");
    public static final Setting<Long> OFFSETS_RETENTION_CHECK_INTERVAL_MS = Setting
            .ofLong("offsets.retention.check.interval.ms", 600_000L).atLeast(1)
            .doc("How often expired offsets are looked for.");
    public static final Setting<Integer> OFFSETS_COMMIT_TIMEOUT_MS = Setting
            .ofInt("offsets.commit.timeout.ms", 5_000).atLeast(1)
            .doc("How long a commit waits for the replicas of the offsets topic before the client is told to try"
                    + " again.");
    public static final Setting<Integer> OFFSETS_LOAD_BUFFER_BYTES = Setting
            .ofInt("offsets.load.buffer.size", 5 * 1024 * 1024).atLeast(1)
            .doc("How much is read at a time when a coordinator loads its groups.");
    public static final Setting<Integer> OFFSETS_TOPIC_PARTITIONS = Setting
            .ofInt("offsets.topic.num.partitions", 50).atLeast(1)
            .doc("Partitions of the offsets topic. It can't change once the topic exists: the number decides which"
                    + " partition keeps a group.");
    public static final Setting<Integer> OFFSETS_TOPIC_REPLICATION_FACTOR = Setting
            .ofInt("offsets.topic.replication.factor", 3).between(1, Short.MAX_VALUE)
            .doc("Replicas of the offsets topic; fewer if fewer brokers are alive when it is created.");
    public static final Setting<Integer> OFFSETS_TOPIC_SEGMENT_BYTES = Setting
            .ofInt("offsets.topic.segment.bytes", 104_857_600).atLeast(1)
            .doc("Segment size of the offsets topic; a smaller one loads faster.");
    public static final Setting<Integer> OFFSETS_TOPIC_COMPRESSION_CODEC = Setting
            .ofInt("offsets.topic.compression.codec", 0).between(0, 4)
            .doc("Codec of the batches in the offsets topic: 0 none, 1 gzip, 2 snappy, 3 lz4, 4 zstd.");

    public static final List<Setting<?>> ALL = List.of(
            MIN_SESSION_TIMEOUT_MS, MAX_SESSION_TIMEOUT_MS, INITIAL_REBALANCE_DELAY_MS, MAX_SIZE,
            OFFSET_METADATA_MAX_BYTES, OFFSETS_RETENTION_MINUTES, OFFSETS_RETENTION_CHECK_INTERVAL_MS,
            OFFSETS_COMMIT_TIMEOUT_MS, OFFSETS_LOAD_BUFFER_BYTES, OFFSETS_TOPIC_PARTITIONS,
            OFFSETS_TOPIC_REPLICATION_FACTOR, OFFSETS_TOPIC_SEGMENT_BYTES, OFFSETS_TOPIC_COMPRESSION_CODEC);

    private GroupSettings() {}

    static GroupPolicy groupPolicy(Settings settings) {
        return new GroupPolicy(settings.get(MIN_SESSION_TIMEOUT_MS), settings.get(MAX_SESSION_TIMEOUT_MS),
                settings.get(INITIAL_REBALANCE_DELAY_MS), settings.get(MAX_SIZE));
    }

    static OffsetPolicy offsetPolicy(Settings settings) {
        return new OffsetPolicy(settings.get(OFFSET_METADATA_MAX_BYTES),
                settings.get(OFFSETS_RETENTION_MINUTES) * MS_PER_MINUTE,
                settings.get(OFFSETS_RETENTION_CHECK_INTERVAL_MS), settings.get(OFFSETS_COMMIT_TIMEOUT_MS));
    }
}
