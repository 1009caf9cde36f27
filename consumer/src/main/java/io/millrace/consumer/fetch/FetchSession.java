package io.millrace.consumer.fetch;

import io.millrace.protocol.cluster.ClusterView;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.data.FetchHead;
import io.millrace.protocol.data.FetchParameters;
import io.millrace.protocol.data.FetchResponse;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The fetch session with one broker: what it was told, so that a request need only say what has changed (KIP-227). One
 * request at a time. Owned by the client's loop.
 */
final class FetchSession {
    private static final int NO_ID = 0;

    private Map<TopicPartition, FetchCall.Entry> told = Map.of();
    private final Map<Uuid, String> names = new HashMap<>();
    private boolean hasTopicIds;
    private int id = NO_ID;
    private int epoch = FetchParameters.NEW_SESSION;
    private boolean isBusy;
    private long notBeforeNs;

    FetchSession(long nowNs) {
        notBeforeNs = nowNs;
    }

    boolean isBusy() {
        return isBusy;
    }

    /** Whether the request under way, or the next one, begins the session. */
    boolean isNew() {
        return epoch == FetchParameters.NEW_SESSION;
    }

    /** Whether the broker wants to be left alone for now. */
    boolean isThrottled(long nowNs) {
        return notBeforeNs - nowNs > 0;
    }

    void throttle(long untilNs) {
        notBeforeNs = untilNs;
    }

    /** The next request, for these partitions; the broker answers with news of them alone. */
    FetchCall next(Collection<PartitionFetch> wanted, ClusterView view, FetchCall.Outcome outcome) {
        isBusy = true;
        var now = new HashMap<TopicPartition, FetchCall.Entry>();
        wanted.forEach(each -> now.put(each.partition(), entryOf(each, view)));
        boolean allHaveIds = now.values().stream().noneMatch(entry -> entry.topicId().equals(Uuid.ZERO));
        if (allHaveIds != hasTopicIds) {
            reset();
        }
        hasTopicIds = allHaveIds;
        now.values().forEach(entry -> names.put(entry.topicId(), entry.partition().topic()));
        boolean isNew = isNew();
        var entries = new ArrayList<FetchCall.Entry>();
        wanted.forEach(each -> {
            var entry = now.get(each.partition());
            if (isNew || !entry.equals(told.get(each.partition()))) {
                entries.add(entry);
            }
        });
        var forgotten = isNew ? List.<FetchCall.Entry>of() : leaving(now);
        told = now;
        return new FetchCall(id, epoch, hasTopicIds, entries, forgotten, outcome);
    }

    private static FetchCall.Entry entryOf(PartitionFetch each, ClusterView view) {
        var topic = view.topic(each.partition().topic());
        return new FetchCall.Entry(each.partition(), topic == null ? Uuid.ZERO : topic.id(),
                each.position().offset(), each.leaderEpoch(view));
    }

    /** Partitions that the broker knows and that are of no interest now, or whose topic was created anew. */
    private List<FetchCall.Entry> leaving(Map<TopicPartition, FetchCall.Entry> now) {
        var leaving = new ArrayList<FetchCall.Entry>();
        told.forEach((partition, entry) -> {
            var next = now.get(partition);
            if (next == null || !next.topicId().equals(entry.topicId())) {
                leaving.add(entry);
            }
        });
        return leaving;
    }

    /** The topic that a part of an answer is about; null if nobody asked for it. */
    String nameOf(FetchResponse.Topic topic) {
        return topic.name() != null ? topic.name() : names.get(topic.topicId());
    }

    /** Takes note of an answer; false if the session is over and the request must be sent anew. */
    boolean answered(FetchHead head) {
        isBusy = false;
        if (head.errorCode() != ErrorCode.NONE) {
            reset();
            return false;
        }
        id = head.sessionId();
        if (id == NO_ID) {
            epoch = FetchParameters.NEW_SESSION;
        } else {
            epoch = epoch == Integer.MAX_VALUE ? 1 : epoch + 1;
        }
        return true;
    }

    void failed() {
        isBusy = false;
        reset();
    }

    private void reset() {
        told = Map.of();
        names.clear();
        id = NO_ID;
        epoch = FetchParameters.NEW_SESSION;
    }
}
