package io.millrace.consumer;

import io.millrace.protocol.cluster.TopicPartition;
import java.util.Collection;

/**
 * Is told which partitions come and go when a group rebalances. Called by the thread that polls, inside its poll, so it
 * may use the consumer, to commit or to seek.
 */
public interface RebalanceListener {

    /** These are about to be given up: the last chance to commit what was done with them. */
    void onPartitionsRevoked(Collection<TopicPartition> partitions);

    /** These have been added; none if the rebalance added nothing. Reading begins after this returns. */
    void onPartitionsAssigned(Collection<TopicPartition> partitions);

    /** These are gone already, and may belong to another member: nothing can be committed for them. */
    default void onPartitionsLost(Collection<TopicPartition> partitions) {
        onPartitionsRevoked(partitions);
    }
}
