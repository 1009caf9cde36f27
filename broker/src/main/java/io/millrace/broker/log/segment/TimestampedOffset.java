package io.millrace.broker.log.segment;

/** A record found by its time: where it is, its own timestamp, and the leader epoch of its batch. */
public record TimestampedOffset(long offset, long timestampMs, int leaderEpoch) {}
