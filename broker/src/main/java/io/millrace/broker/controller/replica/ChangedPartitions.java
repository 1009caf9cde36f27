package io.millrace.broker.controller.replica;

import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Gathers the changed partitions of one decision, topic by topic; the last state of each counts. */
final class ChangedPartitions {
    private final Map<Uuid, TreeMap<Integer, PartitionImage>> byTopic = new LinkedHashMap<>();

    /** The partition as changed so far; null if the topic has none of this index. */
    PartitionImage current(TopicImage topic, int index) {
        var changed = byTopic.get(topic.id());
        var next = changed == null ? null : changed.get(index);
        return next != null ? next : topic.partition(index);
    }

    /** Answers whether the partition differs from what it was. */
    boolean put(TopicImage topic, PartitionImage next) {
        if (next == current(topic, next.index())) {
            return false;
        }
        byTopic.computeIfAbsent(topic.id(), id -> new TreeMap<>()).put(next.index(), next);
        return true;
    }

    List<MetadataRecord> records() {
        var records = new ArrayList<MetadataRecord>();
        byTopic.forEach((id, partitions) -> records
                .addAll(MetadataRecord.PartitionsChanged.split(id, List.copyOf(partitions.values()))));
        return records;
    }
}
