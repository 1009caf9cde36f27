package io.millrace.broker.coordinator.group.journal;

import io.millrace.protocol.codec.Schema;

/** Names a classic group. */
@Schema(versions = "2")
public record GroupMetadataKey(String group) {}
