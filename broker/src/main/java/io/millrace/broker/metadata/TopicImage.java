package io.millrace.broker.metadata;

import io.millrace.protocol.wire.Uuid;
import java.util.List;

/** A topic and its partitions; the list's position is the partition index. */
public record TopicImage(String name, Uuid id, List<PartitionImage> partitions) {

    public static final String CONSUMER_OFFSETS = "__consumer_offsets";
    public static final String TRANSACTION_STATE = "__transaction_state";

    public TopicImage {
        partitions = List.copyOf(partitions);
    }

    /** The partition of this index; null if there is none. */
    public PartitionImage partition(int index) {
        return index >= 0 && index < partitions.size() ? partitions.get(index) : null;
    }

    public boolean isInternal() {
        return isInternal(name);
    }

    public static boolean isInternal(String topicName) {
        return topicName.equals(CONSUMER_OFFSETS) || topicName.equals(TRANSACTION_STATE);
    }
}
