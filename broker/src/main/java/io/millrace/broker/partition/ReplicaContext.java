package io.millrace.broker.partition;

import java.util.function.IntToLongFunction;

/**
 * What replicas of all partitions share: this broker, the epoch of each live broker (-1 for others), the way to the
 * controller, who is told of roles, and how long a follower may lag before it leaves the ISR.
 */
public record ReplicaContext(
        int brokerId,
        IntToLongFunction liveEpochs,
        IsrProposals proposals,
        FollowingListener followings,
        LeadershipListener leaderships,
        long lagMs) {}
