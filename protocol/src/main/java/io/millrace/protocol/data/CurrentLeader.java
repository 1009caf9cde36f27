package io.millrace.protocol.data;

/** A hint for a client that asked the wrong broker (KIP-951): -1 where the leader is unknown. */
public record CurrentLeader(int leaderId, int leaderEpoch) {}
