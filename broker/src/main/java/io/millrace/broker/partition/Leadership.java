package io.millrace.broker.partition;

import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.metadata.PartitionImage;
import io.netty.util.concurrent.Ticker;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * This broker's lead of a partition at one leader epoch: how far the followers are, the high watermark that follows,
 * and the ISR that it asks for. Owned by the partition's owner.
 */
final class Leadership {
    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
    private static final long RETRY_MS = 100;
    private static final int MOST_EARLY = 16;

    private final Partition partition;
    private PartitionLog log;
    private final ReplicaContext context;
    private final Ticker ticker;
    private final InSyncReplicas replicas;
    /** The last words of brokers that know sooner than this one that they are replicas: an idle one does not repeat them. */
    private final Map<Integer, FollowerFetch> early = new LinkedHashMap<>();
    private PartitionImage image;
    private IsrProposals.Proposal underWay;
    private boolean isOver;

    Leadership(Partition partition, ReplicaContext context, PartitionImage image) {
        this.partition = partition;
        this.log = partition.log();
        this.context = context;
        this.ticker = partition.owner().ticker();
        this.image = image;
        this.replicas = new InSyncReplicas(context.brokerId(), log.logEndOffset(),
                TimeUnit.MILLISECONDS.toNanos(context.lagMs()), ticker.nanoTime());
        replicas.commit(image, ticker.nanoTime());
    }

    int epoch() {
        return image.leaderEpoch();
    }

    /** The controller's next word at this leader epoch. */
    void commit(PartitionImage next) {
        if (next.partitionEpoch() > image.partitionEpoch()) {
            image = next;
            underWay = null;
            replicas.commit(next, ticker.nanoTime());
            hearEarly();
            advance();
        }
    }

    private void hearEarly() {
        for (var fetch : List.copyOf(early.values())) {
            if (image.hasReplica(fetch.replicaId())) {
                early.remove(fetch.replicaId());
                fetched(fetch);
            }
        }
    }

    /** Another log took the place of the old one, and may be further on its disk. */
    void moveTo(PartitionLog moved) {
        log = moved;
        advance();
    }

    void end() {
        isOver = true;
    }

    /** Whether an append for all replicas could be committed now. */
    boolean canCommit() {
        return replicas.canCommit(partition.settings().log().minInsyncReplicas());
    }

    /** Before an append. */
    void appending() {
        if (!replicas.isAlone()) {
            replicas.appending(log.logEndOffset(), ticker.nanoTime());
        }
    }

    /** Moves the high watermark as far as log and followers allow. */
    void advance() {
        long endOffset = log.logEndOffset();
        long offset = log.flush().settledOffset();
        if (!replicas.isAlone()) {
            offset = Math.min(offset, replicas.replicatedOffset(endOffset, ticker.nanoTime()));
        }
        if (offset > log.highWatermark() && canCommit()) {
            partition.commit(offset);
        }
    }

    /** A follower says how far it is; histories that part say nothing. */
    void fetched(FollowerFetch fetch) {
        if (fetch.leaderEpoch() >= 0 && fetch.leaderEpoch() != epoch() || parts(fetch)) {
            return;
        }
        if (!image.hasReplica(fetch.replicaId()) && early.size() < MOST_EARLY) {
            early.put(fetch.replicaId(), fetch);
        }
        if (replicas.fetched(fetch, log.logEndOffset(), ticker.nanoTime())) {
            advance();
            proposeChange();
        }
    }

    private boolean parts(FollowerFetch fetch) {
        if (fetch.offset() > log.logEndOffset()) {
            return true;
        }
        if (fetch.lastFetchedEpoch() < 0) {
            return false;
        }
        var end = log.epochs().endOf(fetch.lastFetchedEpoch(), log.logEndOffset());
        return end.epoch() != fetch.lastFetchedEpoch() || end.offset() < fetch.offset();
    }

    /** From time to time: lets those go who lag. */
    void check() {
        if (!replicas.isAlone()) {
            advance();
            proposeChange();
        }
    }

    private void proposeChange() {
        var members = replicas.change(context, log.highWatermark(), log.logEndOffset(), ticker.nanoTime());
        if (members != null) {
            underWay = new IsrProposals.Proposal(partition.topicId(), partition.index(), epoch(),
                    image.partitionEpoch(), members);
            LOG.atLevel(members.size() < image.isr().size() ? Level.INFO : Level.DEBUG)
                    .log("{} asks for the ISR {}, instead of {}", partition, ids(members), image.isr());
            propose(underWay);
        }
    }

    private static List<Integer> ids(List<IsrProposals.Member> members) {
        return members.stream().map(IsrProposals.Member::brokerId).toList();
    }

    private void propose(IsrProposals.Proposal proposal) {
        context.proposals().propose(proposal)
                .whenComplete((outcome, failure) -> partition.owner().execute(() -> {
                    if (proposal != underWay || isOver) {
                        return;
                    }
                    if (outcome == IsrProposals.Outcome.REFUSED) {
                        underWay = null;
                        replicas.forgetProposal();
                        advance();
                    } else if (outcome != IsrProposals.Outcome.ACCEPTED) {
                        again(proposal);
                    }
                }));
    }

    /** Until the controller answers for good or the metadata shows what became of it. */
    private void again(IsrProposals.Proposal proposal) {
        partition.owner().schedule(() -> {
            if (proposal == underWay && !isOver) {
                propose(proposal);
            }
        }, RETRY_MS, TimeUnit.MILLISECONDS);
    }
}
