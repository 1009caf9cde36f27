package io.millrace.broker.controller.decision;

import io.millrace.protocol.setting.Reload;
import io.millrace.protocol.setting.Setting;
import java.util.List;

/** The defaults of new topics, whether topics may be deleted, when leaders move back and the log is trimmed. */
public final class ControllerSettings {
    public static final Setting<Integer> NUM_PARTITIONS = Setting.ofInt("num.partitions", 1)
            .atLeast(1)
            .doc("Partitions of a new topic whose creator names no count.");
    public static final Setting<Integer> DEFAULT_REPLICATION_FACTOR = Setting
            .ofInt("default.replication.factor", 1)
            .between(1, Short.MAX_VALUE)
            .doc("Replicas of each partition of a new topic whose creator names no count.");
    public static final Setting<Boolean> DELETE_TOPIC_ENABLE = Setting.ofBoolean("delete.topic.enable", true)
            .reload(Reload.AT_START)
            .doc("Whether topics can be deleted.");

    public static final Setting<Boolean> AUTO_LEADER_REBALANCE = Setting
            .ofBoolean("auto.leader.rebalance.enable", true)
            .doc("Whether leaders move back to the first replicas of their partitions by themselves.");
    public static final Setting<Long> LEADER_CHECK_SECONDS = Setting
            .ofLong("leader.imbalance.check.interval.seconds", 300L)
            .atLeast(1L)
            .doc("How often it is checked whether leaders are where they belong.");
    public static final Setting<Integer> LEADER_IMBALANCE_PERCENT = Setting
            .ofInt("leader.imbalance.per.broker.percentage", 10)
            .atLeast(0)
            .doc("Leaders move back to a broker if others lead more than this share of the partitions whose"
                    + " first replica it has.");
    public static final Setting<Integer> ENTRIES_PER_SNAPSHOT = Setting
            .ofInt("controller.snapshot.entries", 1000)
            .atLeast(10)
            .reload(Reload.AT_START)
            .doc("Entries of the metadata log after which the controller takes a snapshot and trims the log.");

    private ControllerSettings() {}

    public static List<Setting<?>> all() {
        return List.of(NUM_PARTITIONS, DEFAULT_REPLICATION_FACTOR, DELETE_TOPIC_ENABLE, AUTO_LEADER_REBALANCE,
                LEADER_CHECK_SECONDS, LEADER_IMBALANCE_PERCENT, ENTRIES_PER_SNAPSHOT);
    }
}
