package io.millrace.protocol.data;

/** A transaction whose records, from this offset to its abort marker, a read-committed consumer drops. */
public record AbortedTransaction(long producerId, long firstOffset) {}
