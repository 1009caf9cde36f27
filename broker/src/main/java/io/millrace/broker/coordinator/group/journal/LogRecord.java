package io.millrace.broker.coordinator.group.journal;

import io.millrace.protocol.wire.Bytes;

/** A record to append, encoded; a null value is a tombstone. */
public record LogRecord(Bytes key, Bytes value) {}
