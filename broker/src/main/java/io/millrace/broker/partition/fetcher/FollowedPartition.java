package io.millrace.broker.partition.fetcher;

import io.millrace.broker.partition.Following;
import io.millrace.broker.partition.Partition;
import io.millrace.protocol.data.FetchRequestWriter;
import io.millrace.protocol.wire.Uuid;

/** One partition of a fetcher, and what the leader's session knows of it. Owned by the fetcher's loop. */
final class FollowedPartition {

    /** The partition as requests and answers name it. */
    record Key(Uuid topicId, int index) {}

    final Partition partition;
    final Following following;
    boolean isInSession;
    /** It is not fetched for now: it pauses, or takes longer than the others to take what it got. */
    boolean isAway;
    /** The last request that said where to go on, and the last answer that brought something. */
    private long namedIn = Long.MAX_VALUE;
    private long broughtIn;

    FollowedPartition(Partition partition, Following following) {
        this.partition = partition;
        this.following = following;
    }

    static Key key(Partition partition) {
        return new Key(partition.topicId(), partition.index());
    }

    /** A request, counted from 1, names it. */
    void named(long request) {
        namedIn = request;
        isInSession = true;
    }

    /**
     * Whether the answer to a request is one to the last position that was given, and the first. Another request may
     * have been under way meanwhile, which the leader answered from where it stood.
     */
    boolean accepts(long request) {
        return !isAway && namedIn <= request && broughtIn < namedIn;
    }

    void brought(long request) {
        broughtIn = request;
    }

    /** From where to go on. */
    FetchRequestWriter.Position position(int maxBytes) {
        var log = partition.log();
        return new FetchRequestWriter.Position(partition.index(), following.leaderEpoch(), log.logEndOffset(),
                maxBytes, log.epochs().latestEpoch(), log.logStartOffset(), log.highWatermark());
    }
}
