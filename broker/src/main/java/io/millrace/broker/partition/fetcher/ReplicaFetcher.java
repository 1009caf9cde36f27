package io.millrace.broker.partition.fetcher;

import io.millrace.broker.partition.Following;
import io.millrace.broker.partition.Partition;
import io.millrace.protocol.data.FetchParameters;
import io.millrace.protocol.data.FetchResponse;
import io.millrace.protocol.data.FetchedPartition;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies partitions from one broker that leads them: the next fetch goes out when the owners of all partitions have
 * taken what the last one brought, or wait for their disks. A fetch that waits at the leader is followed by another when
 * there is something new to ask for. Owned by one core loop; others post to it.
 */
final class ReplicaFetcher {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaFetcher.class);
    private static final long UNREGISTERED = -1;
    private static final int SOON_MS = 20;
    private static final int MOST_UNDER_WAY = 2;
    /** Answers of which slow partitions still hold a part are kept up to so many times the size of one. */
    private static final int MOST_KEPT_ANSWERS = 4;

    private final int sourceId;
    private final EventExecutor loop;
    private final Surroundings around;
    private final LeaderSession session = new LeaderSession();
    private int underWay;
    private boolean isPausing;
    private boolean isFailing;
    /** Whether the leader had no room for a session, so that its answers must be waited for. */
    private boolean isWithoutSession;
    private int beingTaken;
    private long keptBytes;

    private long toldOwnEpoch = UNREGISTERED;

    /** What all fetchers share. */
    record Surroundings(Peers peers, int ownId, LongSupplier ownEpoch, FetcherSettings settings,
            CopyPace pace) {}

    ReplicaFetcher(int sourceId, EventExecutor loop, Surroundings around) {
        this.sourceId = sourceId;
        this.loop = loop;
        this.around = around;
    }

    /** Any thread, as {@link #remove}. */
    void add(Partition partition, Following following) {
        loop.execute(() -> {
            session.add(partition, following);
            fetch();
        });
    }

    void remove(Partition partition, Following following) {
        loop.execute(() -> session.remove(partition, following));
    }

    private void fetch() {
        tellOwnEpoch();
        if (isPausing || beingTaken > 0 || isKeepingTooMuch() || !isWorthAsking()) {
            return;
        }
        underWay++;
        var asked = new Asked();
        around.peers.fetch(sourceId, loop, asked, asked);
    }

    /** A leader notes who fetches only for partitions that are named: after another registration all are. */
    private void tellOwnEpoch() {
        long ownEpoch = around.ownEpoch.getAsLong();
        if (ownEpoch != toldOwnEpoch) {
            toldOwnEpoch = ownEpoch;
            session.begin();
        }
    }

    private boolean isWorthAsking() {
        return underWay == 0 ? !session.isEmpty()
                : underWay < MOST_UNDER_WAY && session.isOpen() && session.hasChanges();
    }

    private boolean isKeepingTooMuch() {
        return keptBytes > (long) MOST_KEPT_ANSWERS * around.settings.responseBytes();
    }

    /** One request and its answer. */
    private final class Asked implements Peers.RequestBody, Peers.Reply {
        private int generation = session.generation();
        private long number;

        @Override
        public void write(ByteBuf out, int version) {
            generation = session.generation();
            var settings = around.settings;
            boolean mayWait = session.isOpen() || isWithoutSession;
            session.write(out, version, new FetchParameters(around.ownId, toldOwnEpoch,
                    mayWait ? settings.maxWaitMs() : 0, settings.minBytes(), settings.responseBytes(),
                    (byte) 0, session.id(), session.nextEpoch(), "", null), settings.partitionBytes());
            number = session.requests();
        }

        @Override
        public void onAnswer(ByteBuf body, int version) {
            underWay--;
            try {
                if (generation == session.generation()) {
                    answered(FetchResponse.read(body, version), body, number);
                } else {
                    fetch();
                }
            } catch (MalformedMessageException e) {
                failed("it sent " + e.getMessage());
            } finally {
                body.release();
            }
        }

        @Override
        public void onFailure(String reason) {
            underWay--;
            if (generation == session.generation()) {
                failed(reason);
            } else {
                fetch();
            }
        }
    }

    private void answered(FetchResponse response, ByteBuf body, long number) {
        if (response.head().errorCode() != ErrorCode.NONE) {
            LOG.info("Broker {} refused a fetch: {}", sourceId, response.head().errorCode());
            session.begin();
            pause(SOON_MS);
            return;
        }
        isFailing = false;
        isWithoutSession = response.head().sessionId() == 0;
        session.answered(response.head().sessionId());
        var answer = new Kept(body);
        beingTaken++;
        for (var topic : response.topics()) {
            for (var partition : topic.partitions()) {
                take(new FollowedPartition.Key(topic.topicId(), partition.partition()), partition, answer,
                        number);
            }
        }
        beingTaken--;
        fetch();
    }

    private void failed(String reason) {
        if (!isFailing) {
            isFailing = true;
            LOG.info("Cannot fetch from broker {}, and tries again: {}", sourceId, reason);
        }
        session.begin();
        pause(Math.min(around.settings.backoffMs(), 10 * SOON_MS));
    }

    /** Stays silent for a while. */
    private void pause(int delayMs) {
        isPausing = true;
        loop.schedule(() -> {
            isPausing = false;
            fetch();
        }, delayMs, TimeUnit.MILLISECONDS);
    }

    private void take(FollowedPartition.Key key, FetchedPartition answer, Kept body, long number) {
        var known = session.find(key);
        if (known == null || !known.accepts(number)) {
            return;
        }
        if (answer.errorCode() != ErrorCode.NONE && answer.errorCode() != ErrorCode.OFFSET_OUT_OF_RANGE) {
            LOG.debug("Broker {} does not serve {}: {}", sourceId, known.partition, answer.errorCode());
            pause(known, SOON_MS);
            return;
        }
        beingTaken++;
        var taking = new Taking(known, answer, body);
        if (taking.moves) {
            known.brought(number);
        }
        run(known.partition.owner(), taking);
    }

    private static void run(EventExecutor where, Runnable task) {
        if (where.inEventLoop()) {
            task.run();
        } else {
            where.execute(task);
        }
    }

    /** The bytes of one answer, and how many slow partitions keep them. Counted on the fetcher's loop. */
    private static final class Kept {
        final ByteBuf body;
        final int sizeInBytes;
        int keepers;

        Kept(ByteBuf body) {
            this.body = body;
            this.sizeInBytes = body.capacity();
        }
    }

    /** One answer on its way into a partition; its own state is the partition's owner's. */
    private final class Taking implements Runnable, Following.Taken {
        final FollowedPartition known;
        final FetchedPartition answer;
        final Kept kept;
        /** Whether the partition goes on elsewhere afterwards, and not only knows more of what is committed. */
        final boolean moves;
        final int sizeInBytes;
        private boolean isTold;
        private boolean isSlow;

        Taking(FollowedPartition known, FetchedPartition answer, Kept kept) {
            this.known = known;
            this.answer = answer;
            this.kept = kept;
            this.sizeInBytes = answer.records().readableBytes();
            this.moves = answer.records().isReadable() || answer.redirect() != null
                    || answer.errorCode() != ErrorCode.NONE;
            kept.body.retain();
        }

        @Override
        public void run() {
            if (answer.errorCode() == ErrorCode.OFFSET_OUT_OF_RANGE) {
                known.following.restartAt(answer.logStartOffset(), this);
            } else {
                known.following.take(answer, this);
            }
            if (!isTold) {
                isSlow = true;
                ReplicaFetcher.run(loop, () -> setAside(this));
            }
        }

        @Override
        public void taken(String failure) {
            isTold = true;
            kept.body.release();
            boolean wasSlow = isSlow;
            ReplicaFetcher.run(loop, () -> ReplicaFetcher.this.taken(this, failure, wasSlow));
        }
    }

    /** It waits for its disk: the others go on without it. */
    private void setAside(Taking taking) {
        if (taking.kept.keepers++ == 0) {
            keptBytes += taking.kept.sizeInBytes;
        }
        taking.known.isAway = true;
        if (session.isCurrent(taking.known)) {
            session.leave(taking.known);
        }
        beingTaken--;
        fetch();
    }

    private void taken(Taking taking, String failure, boolean wasSlow) {
        if (!wasSlow) {
            beingTaken--;
        } else if (--taking.kept.keepers == 0) {
            keptBytes -= taking.kept.sizeInBytes;
        }
        taking.known.isAway = false;
        if (session.isCurrent(taking.known)) {
            if (failure != null) {
                LOG.warn("{} pauses: {}", taking.known.partition, failure);
                pause(taking.known, around.settings.backoffMs());
            } else if (taking.moves || wasSlow) {
                goOn(taking.known, taking.sizeInBytes);
            }
        }
        fetch();
    }

    private void pause(FollowedPartition known, int delayMs) {
        known.isAway = true;
        session.leave(known);
        loop.schedule(() -> {
            known.isAway = false;
            if (session.isCurrent(known)) {
                goOn(known, 0);
                fetch();
            }
        }, delayMs, TimeUnit.MILLISECONDS);
    }

    /** After these bytes of it. */
    private void goOn(FollowedPartition known, int bytes) {
        int pauseMs = around.pace.pauseMs(known.partition.topic(), known.partition.index(), bytes);
        if (pauseMs > 0) {
            pause(known, pauseMs);
        } else {
            session.change(known);
        }
    }
}
