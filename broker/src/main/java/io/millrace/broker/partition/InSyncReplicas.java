package io.millrace.broker.partition;

import io.millrace.broker.metadata.PartitionImage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What a leader knows of the other replicas at one leader epoch, and the ISR that follows from it. It decides and does
 * nothing; owned by the partition's owner.
 */
final class InSyncReplicas {
    private static final long UNKNOWN = -1;
    private static final long LEAST_STALL_NS = TimeUnit.SECONDS.toNanos(2);

    /** One follower, as its fetches show it. */
    private static final class Replica {
        final int id;
        long brokerEpoch = UNKNOWN;
        long endOffset = UNKNOWN;
        long caughtUpNs;
        long lastFetchNs;
        long leaderEndAtLastFetch = UNKNOWN;

        Replica(int id, long nowNs, boolean isInSync, long lagNs) {
            this.id = id;
            caughtUpNs = isInSync ? nowNs : nowNs - lagNs - 1;
            lastFetchNs = nowNs;
        }
    }

    private final int leaderId;
    private final long epochStart;
    private final long lagNs;
    private final List<Replica> followers = new ArrayList<>();
    private List<Integer> committed = List.of();
    private long awakeNs;
    /** Null unless a change is proposed and not known to be decided. */
    private List<Integer> proposed;

    /** {@code epochStart} is where the leader's epoch begins: whoever has less does not know the epoch. */
    InSyncReplicas(int leaderId, long epochStart, long lagNs, long nowNs) {
        this.awakeNs = nowNs;
        this.leaderId = leaderId;
        this.epochStart = epochStart;
        this.lagNs = lagNs;
    }

    /** The controller's word. */
    void commit(PartitionImage image, long nowNs) {
        committed = image.isr();
        proposed = null;
        followers.removeIf(follower -> !image.hasReplica(follower.id));
        for (int id : image.replicas()) {
            if (id != leaderId && find(id) == null) {
                followers.add(new Replica(id, nowNs, committed.contains(id), lagNs));
            }
        }
    }

    private Replica find(int id) {
        for (var follower : followers) {
            if (follower.id == id) {
                return follower;
            }
        }
        return null;
    }

    /** A follower has all below an offset; false if it is none of ours, or an earlier process of that broker. */
    boolean fetched(FollowerFetch fetch, long leaderEnd, long nowNs) {
        awake(nowNs);
        var follower = find(fetch.replicaId());
        if (follower == null || fetch.brokerEpoch() < follower.brokerEpoch) {
            return false;
        }
        if (fetch.offset() >= leaderEnd) {
            follower.caughtUpNs = nowNs;
        } else if (fetch.offset() >= follower.leaderEndAtLastFetch && follower.leaderEndAtLastFetch >= 0) {
            follower.caughtUpNs = Math.max(follower.caughtUpNs, follower.lastFetchNs);
        }
        follower.brokerEpoch = fetch.brokerEpoch();
        follower.endOffset = fetch.offset();
        follower.leaderEndAtLastFetch = leaderEnd;
        follower.lastFetchNs = nowNs;
        return true;
    }

    /** Before an append: who has all of the log was in sync until now, however long nothing came. */
    void appending(long leaderEnd, long nowNs) {
        for (var follower : followers) {
            if (follower.endOffset == leaderEnd) {
                follower.caughtUpNs = nowNs;
            }
        }
    }

    boolean isAlone() {
        return followers.isEmpty();
    }

    /** Whether the committed ISR has the members that an append needs, as far as there are replicas. */
    boolean canCommit(int minInsyncReplicas) {
        return committed.size() >= Math.min(minInsyncReplicas, followers.size() + 1);
    }

    /**
     * What all have who are in the ISR, or may be by now, or are about to join: without waiting for those, one that
     * keeps up would never be found at the high watermark under load.
     */
    long replicatedOffset(long leaderEnd, long nowNs) {
        long offset = leaderEnd;
        for (var follower : followers) {
            boolean counts = committed.contains(follower.id)
                    || proposed != null && proposed.contains(follower.id)
                    || follower.endOffset >= 0 && isCaughtUp(follower, leaderEnd, nowNs);
            if (counts) {
                offset = Math.min(offset, follower.endOffset);
            }
        }
        return offset;
    }

    private boolean isCaughtUp(Replica follower, long leaderEnd, long nowNs) {
        return follower.endOffset == leaderEnd || nowNs - follower.caughtUpNs <= lagNs;
    }

    /** The ISR with those who caught up and without those who lag; null if it stays, or a change is under way. */
    List<IsrProposals.Member> change(ReplicaContext context, long highWatermark, long leaderEnd, long nowNs) {
        if (proposed != null) {
            return null;
        }
        awake(nowNs);
        if (isAsItShouldBe(context, highWatermark, leaderEnd, nowNs)) {
            return null;
        }
        var wanted = new ArrayList<Integer>(List.of(leaderId));
        for (var follower : followers) {
            if (belongs(follower, context, highWatermark, leaderEnd, nowNs)) {
                wanted.add(follower.id);
            }
        }
        proposed = wanted;
        return members(context);
    }

    private boolean isAsItShouldBe(ReplicaContext context, long highWatermark, long leaderEnd, long nowNs) {
        int members = 1;
        for (var follower : followers) {
            boolean isIn = committed.contains(follower.id);
            if (isIn != belongs(follower, context, highWatermark, leaderEnd, nowNs)) {
                return false;
            }
            members += isIn ? 1 : 0;
        }
        return members == committed.size();
    }

    private boolean belongs(Replica follower, ReplicaContext context, long highWatermark, long leaderEnd,
            long nowNs) {
        return committed.contains(follower.id) ? isCaughtUp(follower, leaderEnd, nowNs)
                : mayJoin(follower, context, highWatermark);
    }

    /** Called eight times in a lag time, or more often: time in which this broker stood still does not count. */
    private void awake(long nowNs) {
        long sinceNs = nowNs - awakeNs;
        if (sinceNs > Math.max(LEAST_STALL_NS, lagNs / 4)) {
            for (var follower : followers) {
                follower.caughtUpNs = Math.min(nowNs, follower.caughtUpNs + sinceNs);
            }
        }
        awakeNs = nowNs;
    }

    private boolean mayJoin(Replica follower, ReplicaContext context, long highWatermark) {
        return follower.endOffset >= Math.max(highWatermark, epochStart)
                && follower.brokerEpoch == context.liveEpochs().applyAsLong(follower.id);
    }

    private List<IsrProposals.Member> members(ReplicaContext context) {
        var members = new ArrayList<IsrProposals.Member>();
        for (int id : proposed) {
            var follower = find(id);
            long epoch = follower == null || follower.brokerEpoch == UNKNOWN
                    ? context.liveEpochs().applyAsLong(id)
                    : follower.brokerEpoch;
            members.add(new IsrProposals.Member(id, epoch));
        }
        return members;
    }

    /** The proposal was not carried out and will not be. */
    void forgetProposal() {
        proposed = null;
    }
}
