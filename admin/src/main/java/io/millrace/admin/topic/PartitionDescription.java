package io.millrace.admin.topic;

import java.util.List;

/**
 * A partition: its leader's id, -1 if it has none, its replicas in the order of preference, those in sync, and those
 * that may still lead without loss (KIP-966; null if the broker cannot tell).
 */
public record PartitionDescription(int partition, int leaderId, List<Integer> replicas,
        List<Integer> inSyncReplicas,
        List<Integer> eligibleLeaders, List<Integer> lastKnownEligibleLeaders) {

    public boolean hasLeader() {
        return leaderId >= 0;
    }

    /** Whether some of its replicas are not in sync. */
    public boolean isUnderReplicated() {
        return inSyncReplicas.size() < replicas.size();
    }
}
