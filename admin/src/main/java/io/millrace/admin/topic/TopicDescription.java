package io.millrace.admin.topic;

import io.millrace.protocol.wire.Uuid;
import java.util.List;

/** A topic with its partitions in the order of their numbers. */
public record TopicDescription(String name, Uuid id, boolean isInternal,
        List<PartitionDescription> partitions) {

    /** Replicas of its first partition. */
    public int replicationFactor() {
        return partitions.isEmpty() ? 0 : partitions.get(0).replicas().size();
    }
}
