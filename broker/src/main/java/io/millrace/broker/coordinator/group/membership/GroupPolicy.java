package io.millrace.broker.coordinator.group.membership;

/** The bounds that this broker sets for every classic group. */
public record GroupPolicy(
        int minSessionTimeoutMs,
        int maxSessionTimeoutMs,
        int initialRebalanceDelayMs,
        int maxMembers) {

    /** How long a member that has no session yet may wait in JoinGroup before it has to ask again. */
    static final int NEW_MEMBER_JOIN_TIMEOUT_MS = 5 * 60 * 1000;
}
