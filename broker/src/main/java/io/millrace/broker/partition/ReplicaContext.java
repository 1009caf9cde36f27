package io.millrace.broker.partition;

import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.PartitionImage;
import java.util.function.BooleanSupplier;
import java.util.function.IntToLongFunction;
import java.util.function.Predicate;

/**
 * What replicas of all partitions share: this broker, the epoch of each live one (-1 for others), the way to the
 * controller, who is told of roles, how long a follower may lag, whether clients may be served (not while this broker
 * may have been replaced unknowingly), and whether an image shows this very process.
 */
public record ReplicaContext(
        int brokerId,
        IntToLongFunction liveEpochs,
        IsrProposals proposals,
        FollowingListener followings,
        LeadershipListener leaderships,
        long lagMs,
        BooleanSupplier mayServe,
        Predicate<ClusterImage> isShown) {

    /** A partition that an earlier process leads here has no leader: who led may have held more records. */
    PartitionImage asSeen(ClusterImage image, PartitionImage partition) {
        return partition.leader() != brokerId || isShown.test(image) ? partition
                : partition.edit().leader(PartitionImage.NO_LEADER)
                        .build(partition.leaderEpoch(), partition.partitionEpoch());
    }
}
