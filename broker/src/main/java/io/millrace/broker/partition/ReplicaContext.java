package io.millrace.broker.partition;

import java.util.function.BooleanSupplier;
import java.util.function.IntToLongFunction;

/**
 * What replicas of all partitions share: this broker, the epoch of each live broker (-1 for others), the way to the
 * controller, who is told of roles, how long a follower may lag before it leaves the ISR, and whether clients may be
 * served: not while this broker may have been replaced without its knowledge.
 */
public record ReplicaContext(
        int brokerId,
        IntToLongFunction liveEpochs,
        IsrProposals proposals,
        FollowingListener followings,
        LeadershipListener leaderships,
        long lagMs,
        BooleanSupplier mayServe) {}
