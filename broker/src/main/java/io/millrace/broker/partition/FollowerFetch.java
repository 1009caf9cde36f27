package io.millrace.broker.partition;

/**
 * What a follower says of one partition when it fetches: it has all below the offset, the last of it written at an
 * epoch (-1 for nothing), and takes the leader to be at {@code leaderEpoch}.
 */
public record FollowerFetch(int replicaId, long brokerEpoch, int leaderEpoch, long offset,
        int lastFetchedEpoch) {}
