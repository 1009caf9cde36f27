package io.millrace.broker.partition;

import io.millrace.protocol.wire.ErrorCode;

/** What this broker is to a partition at one leader epoch. */
public sealed interface Role permits Role.Leads, Role.Follows, Role.Offline {

    /** Takes appends and serves reads. */
    record Leads(int leaderEpoch) implements Role {}

    /** Another broker leads; {@code leaderId} is -1 while there is no leader. */
    record Follows(int leaderId, int leaderEpoch) implements Role {}

    /** Its log cannot be used; the reason is for people. */
    record Offline(String reason) implements Role {}

    /** The leader epoch that this broker has learnt; -1 while offline. */
    default int epoch() {
        if (this instanceof Leads leads) {
            return leads.leaderEpoch;
        }
        return this instanceof Follows follows ? follows.leaderEpoch : -1;
    }

    /** Whether a request that takes the leader to be at this epoch, -1 for any, is where it belongs (KIP-320). */
    default ErrorCode checkLeader(int requestEpoch) {
        if (this instanceof Offline) {
            return ErrorCode.KAFKA_STORAGE_ERROR;
        }
        if (requestEpoch >= 0 && requestEpoch != epoch()) {
            return requestEpoch < epoch() ? ErrorCode.FENCED_LEADER_EPOCH : ErrorCode.UNKNOWN_LEADER_EPOCH;
        }
        return this instanceof Leads ? ErrorCode.NONE : ErrorCode.NOT_LEADER_OR_FOLLOWER;
    }
}
