package io.millrace.broker.coordinator.group;

/** The bounds that this broker sets for committed offsets. */
record OffsetPolicy(
        int maxMetadataLength,
        long retentionMs,
        long retentionCheckIntervalMs,
        long commitTimeoutMs) {}
