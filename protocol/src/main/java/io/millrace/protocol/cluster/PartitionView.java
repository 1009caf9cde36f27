package io.millrace.protocol.cluster;

import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/** A partition as the cluster last described it: {@link #NO_LEADER} while it has none; the epoch is -1 if unknown. */
public record PartitionView(
        int partition,
        int leaderId,
        int leaderEpoch,
        List<Integer> replicas,
        List<Integer> inSyncReplicas,
        List<Integer> offlineReplicas,
        ErrorCode error) {

    /** The leader's id of a partition that nobody leads. */
    public static final int NO_LEADER = -1;

    public boolean hasLeader() {
        return leaderId != NO_LEADER;
    }

    /** The same partition under another leader, as a broker hinted (KIP-951). */
    PartitionView ledBy(int otherLeaderId, int otherLeaderEpoch) {
        return new PartitionView(partition, otherLeaderId, otherLeaderEpoch, replicas, inSyncReplicas,
                offlineReplicas, ErrorCode.NONE);
    }
}
