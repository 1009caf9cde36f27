package io.millrace.broker.coordinator.group.membership;

import java.util.EnumSet;
import java.util.Set;

/**
 * The states of a classic group.
 *
 * <pre>
 *            join               all joined              leader synced
 * EMPTY ------------> PREPARING ----------> COMPLETING ----------------> STABLE
 *   ^                 |  ^                     |                           |
 *   +-----------------+  +---------------------+---------------------------+
 *      nobody joined            join, leave, expiry, changed subscription
 * </pre>
 */
public enum GroupState {
    EMPTY("Empty"),
    PREPARING_REBALANCE("PreparingRebalance"),
    COMPLETING_REBALANCE("CompletingRebalance"),
    STABLE("Stable"),
    DEAD("Dead");

    private final String text;

    GroupState(String text) {
        this.text = text;
    }

    boolean mayFollow(GroupState previous) {
        return previousStates().contains(previous);
    }

    private Set<GroupState> previousStates() {
        return switch (this) {
            case EMPTY, COMPLETING_REBALANCE -> EnumSet.of(PREPARING_REBALANCE);
            case PREPARING_REBALANCE -> EnumSet.of(EMPTY, COMPLETING_REBALANCE, STABLE);
            case STABLE -> EnumSet.of(COMPLETING_REBALANCE);
            case DEAD -> EnumSet.of(EMPTY);
        };
    }

    /** As DescribeGroups and ListGroups spell it. */
    @Override
    public String toString() {
        return text;
    }
}
