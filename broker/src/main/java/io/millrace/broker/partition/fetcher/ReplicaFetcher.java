package io.millrace.broker.partition.fetcher;

import io.millrace.broker.partition.Following;
import io.millrace.broker.partition.Partition;
import io.millrace.protocol.data.FetchParameters;
import io.millrace.protocol.data.FetchRequestWriter;
import io.millrace.protocol.data.FetchResponse;
import io.millrace.protocol.data.FetchedPartition;
import io.millrace.protocol.data.ForgottenTopic;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies partitions from one broker that leads them: one fetch at a time, the next one when the owners of all
 * partitions have taken what it brought. Owned by one core loop; others post to it.
 */
final class ReplicaFetcher implements Peers.Reply {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaFetcher.class);
    private static final int SOON_MS = 20;

    private final int sourceId;
    private final EventExecutor loop;
    private final Surroundings around;
    private final FetchRequestWriter writer = new FetchRequestWriter();
    private final Map<FollowedPartition.Key, FollowedPartition> followed = new LinkedHashMap<>();
    /** What the leader's session does not know yet, or knows otherwise. */
    private final Set<FollowedPartition> changed = new LinkedHashSet<>();
    private final List<FollowedPartition.Key> forgotten = new ArrayList<>();
    private int sessionId;
    private int sessionEpoch;
    /** Whether a fetch is under way, or a pause before the next. */
    private boolean isBusy;
    private boolean isFailing;
    private int beingTaken;

    /** What all fetchers share. */
    record Surroundings(Peers peers, int ownId, LongSupplier ownEpoch, FetcherSettings settings) {}

    ReplicaFetcher(int sourceId, EventExecutor loop, Surroundings around) {
        this.sourceId = sourceId;
        this.loop = loop;
        this.around = around;
    }

    /** Any thread, as {@link #remove}. */
    void add(Partition partition, Following following) {
        loop.execute(() -> {
            var added = new FollowedPartition(partition, following);
            var old = followed.put(FollowedPartition.key(partition), added);
            if (old != null) {
                changed.remove(old);
                added.isInSession = old.isInSession;
            }
            changed.add(added);
            fetch();
        });
    }

    void remove(Partition partition, Following following) {
        loop.execute(() -> {
            var key = FollowedPartition.key(partition);
            var known = followed.get(key);
            if (known != null && known.following == following) {
                followed.remove(key);
                changed.remove(known);
                leaveSession(known);
            }
        });
    }

    private void leaveSession(FollowedPartition known) {
        if (known.isInSession) {
            known.isInSession = false;
            forgotten.add(FollowedPartition.key(known.partition));
        }
    }

    private void fetch() {
        if (isBusy || beingTaken > 0 || !isAnythingWanted()) {
            return;
        }
        isBusy = true;
        around.peers.fetch(sourceId, loop, this::write, this);
    }

    private boolean isAnythingWanted() {
        if (!changed.isEmpty() || !forgotten.isEmpty()) {
            return true;
        }
        for (var known : followed.values()) {
            if (known.isInSession) {
                return true;
            }
        }
        return false;
    }

    private void write(ByteBuf out, int version) {
        var settings = around.settings;
        writer.begin(out, version, new FetchParameters(around.ownId, around.ownEpoch.getAsLong(),
                settings.maxWaitMs(), settings.minBytes(), settings.responseBytes(), (byte) 0, sessionId,
                sessionEpoch,
                "", null), changed.size());
        for (var named : changed) {
            writer.topic(named.partition.topic(), named.partition.topicId(), 1);
            writer.partition(named.position(settings.partitionBytes()));
            named.isInSession = true;
        }
        writer.end(forgottenTopics());
        changed.clear();
        forgotten.clear();
    }

    private List<ForgottenTopic> forgottenTopics() {
        var topics = new ArrayList<ForgottenTopic>();
        for (var key : forgotten) {
            if (sessionEpoch > 0 && !isNamed(key)) {
                topics.add(new ForgottenTopic(null, key.topicId(), new int[] {key.index()}));
            }
        }
        return topics;
    }

    private boolean isNamed(FollowedPartition.Key key) {
        var known = followed.get(key);
        return known != null && changed.contains(known);
    }

    @Override
    public void onAnswer(ByteBuf body, int version) {
        isBusy = false;
        try {
            var response = FetchResponse.read(body, version);
            if (response.head().errorCode() == ErrorCode.NONE) {
                advanceSession(response.head().sessionId());
                isFailing = false;
                beingTaken++;
                response.topics().forEach(topic -> topic.partitions()
                        .forEach(
                                answer -> take(new FollowedPartition.Key(topic.topicId(), answer.partition()),
                                        answer, body)));
                taken();
            } else {
                LOG.info("Broker {} refused a fetch: {}", sourceId, response.head().errorCode());
                beginSession();
                pause(SOON_MS);
            }
        } catch (MalformedMessageException e) {
            onFailure("it sent " + e.getMessage());
        } finally {
            body.release();
        }
    }

    private void advanceSession(int id) {
        if (id == 0) {
            beginSession();
        } else {
            sessionId = id;
            sessionEpoch = sessionEpoch == Integer.MAX_VALUE ? 1 : sessionEpoch + 1;
        }
    }

    private void beginSession() {
        sessionId = 0;
        sessionEpoch = FetchParameters.NEW_SESSION;
        forgotten.clear();
        for (var partition : followed.values()) {
            partition.isInSession = false;
            if (!partition.isPaused) {
                changed.add(partition);
            }
        }
    }

    @Override
    public void onFailure(String reason) {
        isBusy = false;
        if (!isFailing) {
            isFailing = true;
            LOG.info("Cannot fetch from broker {}, and tries again: {}", sourceId, reason);
        }
        beginSession();
        pause(Math.min(around.settings.backoffMs(), 10 * SOON_MS));
    }

    /** Stays silent for a while. */
    private void pause(int delayMs) {
        isBusy = true;
        loop.schedule(() -> {
            isBusy = false;
            fetch();
        }, delayMs, TimeUnit.MILLISECONDS);
    }

    private void take(FollowedPartition.Key key, FetchedPartition answer, ByteBuf body) {
        var known = followed.get(key);
        if (known == null || known.isPaused) {
            return;
        }
        if (answer.errorCode() != ErrorCode.NONE && answer.errorCode() != ErrorCode.OFFSET_OUT_OF_RANGE) {
            LOG.debug("Broker {} does not serve {}: {}", sourceId, known.partition, answer.errorCode());
            pause(known, SOON_MS);
            return;
        }
        beingTaken++;
        body.retain();
        known.partition.owner().execute(() -> {
            if (answer.errorCode() == ErrorCode.OFFSET_OUT_OF_RANGE) {
                known.following.restartAt(answer.logStartOffset(), failure -> taken(known, failure, body));
            } else {
                known.following.take(answer, failure -> taken(known, failure, body));
            }
        });
    }

    /** On the partition's owner. */
    private void taken(FollowedPartition known, String failure, ByteBuf body) {
        body.release();
        loop.execute(() -> {
            if (followed.get(FollowedPartition.key(known.partition)) == known) {
                if (failure == null) {
                    changed.add(known);
                } else {
                    LOG.warn("{} pauses: {}", known.partition, failure);
                    pause(known, around.settings.backoffMs());
                }
            }
            taken();
        });
    }

    private void taken() {
        beingTaken--;
        fetch();
    }

    private void pause(FollowedPartition known, int delayMs) {
        known.isPaused = true;
        changed.remove(known);
        leaveSession(known);
        loop.schedule(() -> {
            known.isPaused = false;
            if (followed.get(FollowedPartition.key(known.partition)) == known) {
                changed.add(known);
                fetch();
            }
        }, delayMs, TimeUnit.MILLISECONDS);
    }
}
