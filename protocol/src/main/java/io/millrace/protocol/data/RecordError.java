package io.millrace.protocol.data;

/** A record that caused its batch to be refused, by its place in the batch (KIP-467); the message may be null. */
public record RecordError(int batchIndex, String message) {}
