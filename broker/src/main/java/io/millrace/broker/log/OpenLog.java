package io.millrace.broker.log;

import io.millrace.protocol.wire.Uuid;
import java.util.concurrent.CompletableFuture;

/** An open log of a directory, the topic that it belongs to, and what looks after it. */
record OpenLog(PartitionLog log, Uuid topicId, LogCare care, CompactedLog compacted) {

    /** Ends its cleaning, then closes it. */
    CompletableFuture<Void> close() {
        return compacted.claim().pause().thenCompose(nothing -> care.close());
    }
}
