package io.millrace.broker.metadata;

import java.util.List;

/**
 * A partition's placement and leadership. The leader epoch rises when the leader changes or the controller drops a
 * replica from the ISR, the partition epoch at every change. Replicas are in order of preference.
 */
public record PartitionImage(
        int index,
        List<Integer> replicas,
        List<Integer> isr,
        int leader,
        int leaderEpoch,
        int partitionEpoch) {

    public static final int NO_LEADER = -1;

    public PartitionImage {
        replicas = List.copyOf(replicas);
        isr = isr.equals(replicas) ? replicas : List.copyOf(isr);
    }

    public boolean hasLeader() {
        return leader != NO_LEADER;
    }

    public boolean hasReplica(int brokerId) {
        return replicas.contains(brokerId);
    }
}
