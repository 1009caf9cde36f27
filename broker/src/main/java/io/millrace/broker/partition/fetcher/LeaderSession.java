package io.millrace.broker.partition.fetcher;

import io.millrace.broker.partition.Following;
import io.millrace.broker.partition.Partition;
import io.millrace.protocol.data.FetchParameters;
import io.millrace.protocol.data.FetchRequestWriter;
import io.millrace.protocol.data.ForgottenTopic;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The partitions of a fetcher, and its session with the leader (KIP-227): a request names only those that the session
 * does not know, or knows otherwise, and those that it shall forget. Owned by the fetcher's loop.
 */
final class LeaderSession {
    private static final int NO_ID = 0;

    private final FetchRequestWriter writer = new FetchRequestWriter();
    private final Map<FollowedPartition.Key, FollowedPartition> followed = new LinkedHashMap<>();
    private final Set<FollowedPartition> changed = new LinkedHashSet<>();
    private final List<FollowedPartition.Key> forgotten = new ArrayList<>();
    private int inSession;
    private int id = NO_ID;
    private int nextEpoch = FetchParameters.NEW_SESSION;
    private long requests;
    private int generation;

    /** Counts the sessions, so that answers to an earlier one are known as such. */
    int generation() {
        return generation;
    }

    /** The number of the last request. */
    long requests() {
        return requests;
    }

    /** Whether the leader has given it an id; until then one request at a time makes sense. */
    boolean isOpen() {
        return id != NO_ID && nextEpoch != FetchParameters.NEW_SESSION;
    }

    void add(Partition partition, Following following) {
        var added = new FollowedPartition(partition, following);
        var old = followed.put(FollowedPartition.key(partition), added);
        if (old != null) {
            changed.remove(old);
            added.isInSession = old.isInSession;
        }
        changed.add(added);
    }

    void remove(Partition partition, Following following) {
        var key = FollowedPartition.key(partition);
        var known = followed.get(key);
        if (known != null && known.following == following) {
            followed.remove(key);
            leave(known);
        }
    }

    FollowedPartition find(FollowedPartition.Key key) {
        return followed.get(key);
    }

    boolean isCurrent(FollowedPartition known) {
        return followed.get(FollowedPartition.key(known.partition)) == known;
    }

    /** The next request says where it goes on. */
    void change(FollowedPartition known) {
        changed.add(known);
    }

    /** It is not fetched any more, until it changes. */
    void leave(FollowedPartition known) {
        changed.remove(known);
        if (known.isInSession) {
            known.isInSession = false;
            inSession--;
            forgotten.add(FollowedPartition.key(known.partition));
        }
    }

    boolean hasChanges() {
        return !changed.isEmpty();
    }

    /** Whether there is anything to ask for. */
    boolean isEmpty() {
        return changed.isEmpty() && forgotten.isEmpty() && inSession == 0;
    }

    /** Everything is named anew; the leader is told which session that replaces. */
    void begin() {
        generation++;
        nextEpoch = FetchParameters.NEW_SESSION;
        forgotten.clear();
        inSession = 0;
        for (var partition : followed.values()) {
            partition.isInSession = false;
            if (!partition.isAway) {
                changed.add(partition);
            }
        }
    }

    /** The leader answered in a session; none if it has no room for one. */
    void answered(int sessionId) {
        if (sessionId == NO_ID) {
            begin();
            id = NO_ID;
        } else {
            id = sessionId;
            nextEpoch = Math.max(nextEpoch, 1);
        }
    }

    /** Writes the next request of a session whose epoch is the next one. */
    void write(ByteBuf out, int version, FetchParameters request, int partitionBytes) {
        requests++;
        writer.begin(out, version, request, changed.size());
        for (var named : changed) {
            writer.topic(named.partition.topic(), named.partition.topicId(), 1);
            writer.partition(named.position(partitionBytes));
            inSession += named.isInSession ? 0 : 1;
            named.named(requests);
        }
        writer.end(forgottenTopics());
        changed.clear();
        forgotten.clear();
        if (nextEpoch != FetchParameters.NEW_SESSION) {
            nextEpoch = nextEpoch == Integer.MAX_VALUE ? 1 : nextEpoch + 1;
        }
    }

    int id() {
        return id;
    }

    int nextEpoch() {
        return nextEpoch;
    }

    private List<ForgottenTopic> forgottenTopics() {
        var topics = new ArrayList<ForgottenTopic>();
        for (var key : forgotten) {
            if (isOpen() && !isNamed(key)) {
                topics.add(new ForgottenTopic(null, key.topicId(), new int[] {key.index()}));
            }
        }
        return topics;
    }

    private boolean isNamed(FollowedPartition.Key key) {
        var known = followed.get(key);
        return known != null && changed.contains(known);
    }
}
