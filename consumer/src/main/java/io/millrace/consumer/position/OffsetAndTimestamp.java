package io.millrace.consumer.position;

import java.util.Optional;

/** The first record at or after some time: its timestamp in milliseconds since 1970, its offset, its epoch if known. */
public record OffsetAndTimestamp(long timestamp, long offset, Optional<Integer> leaderEpoch) {}
