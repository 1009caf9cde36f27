package io.millrace.consumer.fetch;

import io.millrace.consumer.position.OffsetReset;
import io.millrace.protocol.client.setting.Backoff;

/** What the settings say about fetching. Immutable. */
public record FetchRules(
        int minBytes,
        int maxBytes,
        int maxPartitionBytes,
        int maxWaitMs,
        int requestTimeoutMs,
        boolean isReadCommitted,
        boolean checksCrc,
        String rackId,
        long replicaMaxAgeNs,
        OffsetReset reset,
        Backoff backoff) {

    private static final byte READ_COMMITTED = 1;

    byte isolationLevel() {
        return isReadCommitted ? READ_COMMITTED : 0;
    }
}
