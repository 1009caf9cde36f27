package io.millrace.protocol.data;

/**
 * What a Fetch request says once. Replica id -1 is a consumer, else a follower with its broker epoch (-1: unknown);
 * isolation level 0 reads all up to the high watermark, 1 only what is committed. Session id 0 with epoch -1 wants
 * no session, with epoch 0 a new one (KIP-227). The cluster id may be null.
 */
public record FetchParameters(
        int replicaId,
        long replicaEpoch,
        int maxWaitMs,
        int minBytes,
        int maxBytes,
        byte isolationLevel,
        int sessionId,
        int sessionEpoch,
        String rackId,
        String clusterId) {

    public static final int CONSUMER = -1;
    /** Reads what is not committed, from any replica. */
    public static final int DEBUGGING_CONSUMER = -2;
    public static final long UNKNOWN_EPOCH = -1;
    public static final int NO_SESSION = -1;
    public static final int NEW_SESSION = 0;

    public boolean isFromFollower() {
        return replicaId >= 0;
    }

    /** Whether it sees the log up to its end, not only what all in-sync replicas have. */
    public boolean readsUncommitted() {
        return replicaId != CONSUMER;
    }

    public boolean readsCommittedOnly() {
        return isolationLevel == 1;
    }
}
