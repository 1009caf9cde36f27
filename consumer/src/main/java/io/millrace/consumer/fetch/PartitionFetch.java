package io.millrace.consumer.fetch;

import io.millrace.consumer.position.Position;
import io.millrace.consumer.position.StartPoint;
import io.millrace.protocol.cluster.ClusterView;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.record.RecordBatch;

/** How far the reading of one partition is ahead of what is polled, and what it waits for. Owned by the client's loop. */
final class PartitionFetch {
    private static final int MOST_CHUNKS = 2;

    /** What must be found out before records can be read. */
    enum Stage {
        WANTS_COMMIT, WANTS_OFFSET, READS, ENDED
    }

    private final TopicPartition partition;
    private final long start;
    private Stage stage;
    private long wantedTimestamp;
    private Position position;
    private int checkedEpoch = RecordBatch.NO_LEADER_EPOCH;
    private boolean isAsked;
    private boolean isPaused;
    private int chunks;
    private int failures;
    private long retryAtNs;
    private int replica = Brokers.NO_NODE;
    private long replicaUntilNs;
    private FetchedChunk.Bounds bounds = FetchedChunk.Bounds.UNKNOWN;

    PartitionFetch(TopicPartition partition, long start, long nowNs) {
        this.partition = partition;
        this.start = start;
        retryAtNs = nowNs;
    }

    TopicPartition partition() {
        return partition;
    }

    /** The number that the caller gave to this reading. */
    long start() {
        return start;
    }

    Stage stage() {
        return stage;
    }

    void wantCommit() {
        stage = Stage.WANTS_COMMIT;
    }

    void wantOffset(long timestamp) {
        stage = Stage.WANTS_OFFSET;
        wantedTimestamp = timestamp;
    }

    long wantedTimestamp() {
        return wantedTimestamp;
    }

    /** Reads from here on, once the position is checked against the leader's epochs, if it can be. */
    void readFrom(Position from) {
        stage = Stage.READS;
        position = from;
    }

    void end() {
        stage = Stage.ENDED;
    }

    /** The next record to fetch. */
    Position position() {
        return position;
    }

    void advance(Position to) {
        position = to;
        failures = 0;
    }

    /** Whether the leader may have changed, and with it the log before the position (KIP-320). */
    boolean wantsCheck(ClusterView view) {
        if (stage != Stage.READS) {
            return false;
        }
        int epoch = leaderEpoch(view);
        if (position.leaderEpoch() < 0) {
            checkedEpoch = Math.max(checkedEpoch, epoch);
        }
        return epoch > checkedEpoch;
    }

    /** The leader's epoch, by which it is asked; -1 if unknown. */
    int leaderEpoch(ClusterView view) {
        var known = view.partition(partition.topic(), partition.partition());
        return known == null ? RecordBatch.NO_LEADER_EPOCH : known.leaderEpoch();
    }

    void checked(int leaderEpoch) {
        checkedEpoch = Math.max(checkedEpoch, leaderEpoch);
    }

    /** Whether a question about it is under way. */
    boolean isAsked() {
        return isAsked;
    }

    void asked(boolean isUnderWay) {
        isAsked = isUnderWay;
    }

    boolean isPaused() {
        return isPaused;
    }

    void pause(boolean pauses) {
        isPaused = pauses;
    }

    /** Whether enough of it waits to be polled. */
    boolean isFull() {
        return chunks >= MOST_CHUNKS;
    }

    void chunkAdded() {
        chunks++;
    }

    void chunkPolled() {
        chunks--;
    }

    /** Waits after a failure; answers for how many in a row. */
    int failed() {
        return ++failures;
    }

    void retryAt(long ns) {
        retryAtNs = ns;
    }

    boolean isBackingOff(long nowNs) {
        return retryAtNs - nowNs > 0;
    }

    /** The node to read from: the replica that the leader named, for a while, else the leader (KIP-392). */
    int node(ClusterView view, long nowNs) {
        if (replica != Brokers.NO_NODE) {
            if (replicaUntilNs - nowNs > 0 && view.node(replica) != null) {
                return replica;
            }
            replica = Brokers.NO_NODE;
        }
        var leader = view.leaderOf(partition.topic(), partition.partition());
        return leader == null ? Brokers.NO_NODE : leader.id();
    }

    boolean hasReplica() {
        return replica != Brokers.NO_NODE;
    }

    void prefer(int nodeId, long untilNs) {
        replica = nodeId;
        replicaUntilNs = untilNs;
    }

    void preferLeader() {
        replica = Brokers.NO_NODE;
    }

    /** Takes note of the log's bounds; answers whether they are news. */
    boolean learn(FetchedChunk.Bounds now) {
        boolean isNews = !bounds.equals(now);
        bounds = now;
        return isNews;
    }

    /** Where to begin if the position was lost. */
    static StartPoint remedyOf(FetchRules rules) {
        return rules.reset().timestamp(0).isPresent() ? new StartPoint.ByPolicy() : null;
    }
}
