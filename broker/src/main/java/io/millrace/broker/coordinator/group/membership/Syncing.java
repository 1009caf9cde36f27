package io.millrace.broker.coordinator.group.membership;

import io.millrace.protocol.message.group.SyncGroup;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.ErrorCode;
import java.util.HashMap;

/** Decides what a SyncGroup does: bring the leader's assignment, wait for it, or fetch it again. */
final class Syncing {
    private final Rebalancer rebalancer;

    Syncing(Rebalancer rebalancer) {
        this.rebalancer = rebalancer;
    }

    void sync(ClassicGroup group, SyncGroup.Request request, SyncReply reply) {
        try {
            group.checkMember(request.memberId(), request.groupInstanceId(), request.generationId());
        } catch (ApiException e) {
            reply.refuse(e.errorCode());
            return;
        }
        if (differs(request.protocolType(), group.protocolType())
                || differs(request.protocolName(), group.protocolName())) {
            reply.refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
            return;
        }
        var member = group.roster().get(request.memberId());
        switch (group.state()) {
            case EMPTY, DEAD -> reply.refuse(ErrorCode.UNKNOWN_MEMBER_ID);
            case PREPARING_REBALANCE -> reply.refuse(ErrorCode.REBALANCE_IN_PROGRESS);
            case COMPLETING_REBALANCE -> {
                member.awaitSync(reply);
                rebalancer.synced(group, member);
                if (group.isLeader(member)) {
                    takeAssignment(group, request);
                }
            }
            case STABLE -> {
                rebalancer.synced(group, member);
                member.session().extend(member.sessionTimeoutMs());
                reply.assign(group, member);
            }
        }
    }

    private void takeAssignment(ClassicGroup group, SyncGroup.Request request) {
        var assignments = new HashMap<String, Bytes>();
        for (var assignment : request.assignments()) {
            if (group.roster().get(assignment.memberId()) != null) {
                assignments.put(assignment.memberId(), assignment.assignment());
            }
        }
        rebalancer.assign(group, assignments);
    }

    private static boolean differs(String requested, String current) {
        return requested != null && current != null && !requested.equals(current);
    }
}
