package io.millrace.consumer.assignor;

import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.wire.Bytes;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Divides the partitions of a group's topics among its members; runs in the member that leads the group, on the client's
 * loop, so it must not block. Stateless. One that is named in the settings needs a constructor without parameters.
 */
public interface PartitionAssignor {

    /** The name on which members of a group agree. */
    String name();

    /** Whether members may keep what they own while the group rebalances (KIP-429). */
    default boolean isCooperative() {
        return false;
    }

    /** What a member tells the leader beyond its subscription; null for nothing. */
    default Bytes userData(Collection<TopicPartition> lastAssigned, int lastGeneration) {
        return null;
    }

    /** The partitions of each member, by member id; topics that do not exist are absent from the counts. */
    Map<String, List<TopicPartition>> assign(Map<String, Integer> partitionCounts,
            Collection<MemberSubscription> members);
}
