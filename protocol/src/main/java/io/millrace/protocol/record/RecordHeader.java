package io.millrace.protocol.record;

import io.millrace.protocol.wire.Bytes;

/** A record's header; its value may be null. */
public record RecordHeader(String key, Bytes value) {}
