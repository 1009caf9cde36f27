package io.millrace.broker.coordinator.group.membership;

import io.millrace.broker.coordinator.group.journal.Journal;
import io.millrace.broker.coordinator.group.journal.Timers;
import io.millrace.protocol.message.group.Heartbeat;
import io.millrace.protocol.message.group.JoinGroup;
import io.millrace.protocol.message.group.LeaveGroup;
import io.millrace.protocol.message.group.SyncGroup;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.time.InstantSource;

/**
 * What members of one shard's groups can ask for. The shard finds the group; a request about a group that does not
 * exist is its to answer. Used by the shard's owner alone.
 */
public final class Membership {
    private final GroupPolicy policy;
    private final Rebalancer rebalancer;
    private final Joining joining;
    private final Syncing syncing;

    public Membership(GroupPolicy policy, Timers timers, InstantSource clock, Journal journal) {
        this.policy = policy;
        var store = new GroupStore(journal);
        this.rebalancer = new Rebalancer(policy, timers, clock, store);
        this.joining = new Joining(policy, rebalancer, store);
        this.syncing = new Syncing(rebalancer);
    }

    public boolean allowsSessionTimeout(int timeoutMs) {
        return timeoutMs >= policy.minSessionTimeoutMs() && timeoutMs <= policy.maxSessionTimeoutMs();
    }

    public void join(ClassicGroup group, JoinGroup.Request request, Caller caller, JoinReply reply) {
        joining.join(group, request, caller, reply);
    }

    public void sync(ClassicGroup group, SyncGroup.Request request, SyncReply reply) {
        syncing.sync(group, request, reply);
    }

    public ErrorCode heartbeat(ClassicGroup group, Heartbeat.Request request) {
        try {
            group.checkMember(request.memberId(), request.groupInstanceId(), request.generationId());
        } catch (ApiException e) {
            return e.errorCode();
        }
        extendSession(group, request.memberId());
        return group.state() == GroupState.PREPARING_REBALANCE
                ? ErrorCode.REBALANCE_IN_PROGRESS
                : ErrorCode.NONE;
    }

    /** The member gave a sign of life. */
    public void extendSession(ClassicGroup group, String memberId) {
        var member = group.roster().get(memberId);
        if (member != null) {
            member.session().extend(member.sessionTimeoutMs());
        }
    }

    /** Takes one member out; {@link #afterLeaving} tells the others once all of a request are out. */
    public ErrorCode leave(ClassicGroup group, LeaveGroup.Request.MemberIdentity identity) {
        var memberId = identity.memberId();
        if (memberId.isEmpty()) {
            memberId = identity.groupInstanceId() == null
                    ? null
                    : group.roster().idOfInstance(identity.groupInstanceId());
            if (memberId == null) {
                return ErrorCode.UNKNOWN_MEMBER_ID;
            }
        } else if (group.roster().removePending(memberId)) {
            return ErrorCode.NONE;
        } else {
            try {
                group.checkMember(memberId, identity.groupInstanceId());
            } catch (ApiException e) {
                return e.errorCode();
            }
        }
        group.remove(memberId, ErrorCode.UNKNOWN_MEMBER_ID);
        return ErrorCode.NONE;
    }

    public void afterLeaving(ClassicGroup group, String reason) {
        rebalancer.afterRemoval(group, reason);
    }

    /** The log is read: the group's members go on, with a fresh session each. */
    public void resume(ClassicGroup group) {
        rebalancer.resume(group);
    }
}
