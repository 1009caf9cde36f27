package io.millrace.broker.request.data;

import io.millrace.broker.partition.Partition;
import io.millrace.protocol.data.FetchRequestCursor;
import io.millrace.protocol.data.FetchedPartition;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;

/**
 * What a client wants of one partition, and in a session also what it was told last. Used by one fetch at a
 * time.
 */
final class FetchEntry {
    private static final long NEVER_TOLD = -2;

    /** A partition as the request names it: by name or by id. */
    record Key(String topic, Uuid topicId, int partition) {}

    private final Key key;
    private long fetchOffset;
    private int maxBytes;
    private int currentLeaderEpoch;
    private int lastFetchedEpoch;
    private long toldHighWatermark = NEVER_TOLD;
    private long toldLogStartOffset = NEVER_TOLD;
    private EntryWatch watch;
    private boolean isReported;

    FetchEntry(Key key) {
        this.key = key;
    }

    void take(FetchRequestCursor request) {
        isReported = false;
        fetchOffset = request.fetchOffset();
        maxBytes = request.maxBytes();
        currentLeaderEpoch = request.currentLeaderEpoch();
        lastFetchedEpoch = request.lastFetchedEpoch();
        if (request.highWatermark() != FetchRequestCursor.NO_HIGH_WATERMARK) {
            toldHighWatermark = request.highWatermark();
        }
    }

    /** Whether the leader has been told of the position. */
    boolean isReported() {
        return isReported;
    }

    void reported() {
        isReported = true;
    }

    /** From now on this watch calls it up; null for none. */
    void watchWith(EntryWatch next) {
        if (watch != null) {
            watch.end();
        }
        watch = next;
    }

    boolean isWatchedBy(EntryWatch caller) {
        return watch == caller;
    }

    boolean isWatchedAt(Partition partition) {
        return watch != null && watch.partition == partition;
    }

    /** Whether the answer tells an incremental session anything that it does not know. */
    boolean isNews(FetchedPartition answer) {
        return answer.records().isReadable() || answer.errorCode() != ErrorCode.NONE
                || answer.redirect() != null
                || answer.highWatermark() != toldHighWatermark
                || answer.logStartOffset() != toldLogStartOffset;
    }

    void told(FetchedPartition answer) {
        boolean failed = answer.errorCode() != ErrorCode.NONE;
        toldHighWatermark = failed ? NEVER_TOLD : answer.highWatermark();
        toldLogStartOffset = failed ? NEVER_TOLD : answer.logStartOffset();
    }

    /** The topic's name; null if the request names topics by id. */
    String topic() {
        return key.topic;
    }

    Uuid topicId() {
        return key.topicId;
    }

    int partition() {
        return key.partition;
    }

    Key key() {
        return key;
    }

    long fetchOffset() {
        return fetchOffset;
    }

    int maxBytes() {
        return maxBytes;
    }

    int currentLeaderEpoch() {
        return currentLeaderEpoch;
    }

    int lastFetchedEpoch() {
        return lastFetchedEpoch;
    }
}
