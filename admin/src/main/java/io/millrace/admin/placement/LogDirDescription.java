package io.millrace.admin.placement;

import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.wire.ErrorCode;
import java.util.Map;

/** A log directory and the replicas in it; sizes, of its whole volume, are -1 if the broker does not say. */
public record LogDirDescription(String path, ErrorCode error, long totalBytes, long usableBytes,
        Map<TopicPartition, Replica> replicas) {

    /** What a replica takes and how far it is behind; a future one is being moved into the directory. */
    public record Replica(long sizeBytes, long offsetLag, boolean isFuture) {}
}
