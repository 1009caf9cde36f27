package io.millrace.broker.partition.fetcher;

import io.millrace.broker.partition.Following;
import io.millrace.broker.partition.Partition;
import io.millrace.protocol.data.FetchRequestWriter;
import io.millrace.protocol.wire.Uuid;

/** One partition of a fetcher, and whether the leader's session knows it. Owned by the fetcher's loop. */
final class FollowedPartition {

    /** The partition as requests and answers name it. */
    record Key(Uuid topicId, int index) {}

    final Partition partition;
    final Following following;
    boolean isInSession;
    boolean isPaused;

    FollowedPartition(Partition partition, Following following) {
        this.partition = partition;
        this.following = following;
    }

    static Key key(Partition partition) {
        return new Key(partition.topicId(), partition.index());
    }

    /** From where to go on. */
    FetchRequestWriter.Position position(int maxBytes) {
        var log = partition.log();
        return new FetchRequestWriter.Position(partition.index(), following.leaderEpoch(), log.logEndOffset(),
                maxBytes, log.epochs().latestEpoch(), log.logStartOffset(), log.highWatermark());
    }
}
