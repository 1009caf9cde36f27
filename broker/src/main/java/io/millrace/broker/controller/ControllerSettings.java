package io.millrace.broker.controller;

import io.millrace.protocol.setting.Reload;
import io.millrace.protocol.setting.Setting;
import java.util.List;

/** The defaults of new topics, and whether topics may be deleted. */
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

    private ControllerSettings() {}

    public static List<Setting<?>> all() {
        return List.of(NUM_PARTITIONS, DEFAULT_REPLICATION_FACTOR, DELETE_TOPIC_ENABLE);
    }
}
