package io.millrace.protocol.data;

/** The largest leader epoch that a follower and its leader may share, and where it ends in the leader's log (KIP-595). */
public record EpochEndOffset(int epoch, long endOffset) {}
