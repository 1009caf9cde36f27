package io.millrace.broker.coordinator.group;

import io.millrace.broker.coordinator.group.membership.ClassicGroup;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What a shard keeps under one group id: the group and its committed offsets. Part of {@link Groups}. */
final class Group {
    private ClassicGroup classic;
    private final Map<String, Map<Integer, CommittedOffset>> offsetsByTopic = new HashMap<>();
    private boolean hadOffsets;

    Group(ClassicGroup classic) {
        this.classic = classic;
    }

    ClassicGroup classic() {
        return classic;
    }

    void setClassic(ClassicGroup restored) {
        classic = restored;
    }

    void put(String topic, int partition, CommittedOffset offset) {
        hadOffsets = true;
        offsetsByTopic.computeIfAbsent(topic, t -> new TreeMap<>()).put(partition, offset);
    }

    void remove(String topic, int partition) {
        var partitions = offsetsByTopic.get(topic);
        if (partitions != null && partitions.remove(partition) != null && partitions.isEmpty()) {
            offsetsByTopic.remove(topic);
        }
    }

    /** The committed offset; null if there is none. */
    CommittedOffset offset(String topic, int partition) {
        return offsets(topic).get(partition);
    }

    Map<Integer, CommittedOffset> offsets(String topic) {
        return offsetsByTopic.getOrDefault(topic, Map.of());
    }

    Map<String, Map<Integer, CommittedOffset>> offsets() {
        return offsetsByTopic;
    }

    /** Whether the log may hold a record of it, so that its end must be written there too. */
    boolean isInLog() {
        return hadOffsets || classic.isSaved();
    }
}
