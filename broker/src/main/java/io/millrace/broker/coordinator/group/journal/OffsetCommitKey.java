package io.millrace.broker.coordinator.group.journal;

import io.millrace.protocol.codec.Schema;

/** Names a committed offset. Versions 0 and 1 have the same layout; 1 is written. */
@Schema(versions = "0-1")
public record OffsetCommitKey(String group, String topic, int partition) {}
