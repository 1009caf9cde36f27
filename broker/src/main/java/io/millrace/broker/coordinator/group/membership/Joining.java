package io.millrace.broker.coordinator.group.membership;

import io.millrace.protocol.message.group.JoinGroup;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.util.UUID;

/**
 * Decides what a JoinGroup does: admit a new member, take an old one back, let a static one take over, or answer at
 * once. Used by the shard's owner alone.
 */
final class Joining {
    private final GroupPolicy policy;
    private final Rebalancer rebalancer;
    private final GroupStore store;

    Joining(GroupPolicy policy, Rebalancer rebalancer, GroupStore store) {
        this.policy = policy;
        this.rebalancer = rebalancer;
        this.store = store;
    }

    /** A JoinGroup that is being decided. */
    private record Attempt(ClassicGroup group, JoinGroup.Request request, Caller caller, JoinReply reply) {
        void refuse(ErrorCode error) {
            reply.refuse(error, request.memberId());
        }

        String because(String what) {
            return request.reason() == null || request.reason().isEmpty()
                    ? what
                    : what + " (" + request.reason() + ")";
        }
    }

    void join(ClassicGroup group, JoinGroup.Request request, Caller caller, JoinReply reply) {
        var attempt = new Attempt(group, request, caller, reply);
        if (!hasRoomFor(group, request.memberId())) {
            group.remove(request.memberId(), ErrorCode.GROUP_MAX_SIZE_REACHED);
            reply.refuse(ErrorCode.GROUP_MAX_SIZE_REACHED, "");
            rebalancer.advance(group);
        } else if (!group.supports(request.protocolType(), request.protocols())) {
            attempt.refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
        } else if (request.memberId().isEmpty()) {
            joinWithoutId(attempt);
        } else if (group.roster().isPending(request.memberId()) && request.groupInstanceId() == null) {
            admit(attempt, request.memberId());
        } else {
            rejoin(attempt);
        }
    }

    /** While members gather, the first to arrive get the places; later, those who are in keep theirs. */
    private boolean hasRoomFor(ClassicGroup group, String memberId) {
        var member = group.roster().get(memberId);
        return switch (group.state()) {
            case EMPTY, DEAD -> true;
            case PREPARING_REBALANCE -> member != null && member.isAwaitingJoin()
                    || group.roster().joinsAwaited() < policy.maxMembers();
            case COMPLETING_REBALANCE, STABLE -> member != null
                    || group.roster().size() < policy.maxMembers();
        };
    }

    private void joinWithoutId(Attempt attempt) {
        var request = attempt.request;
        if (request.groupInstanceId() != null) {
            var newId = request.groupInstanceId() + "-" + UUID.randomUUID();
            var currentId = attempt.group.roster().idOfInstance(request.groupInstanceId());
            if (currentId == null) {
                admit(attempt, newId);
            } else {
                replace(attempt, attempt.group.roster().get(currentId), newId);
            }
            return;
        }
        var newId = attempt.caller.clientId() + "-" + UUID.randomUUID();
        if (attempt.reply.requiresKnownMemberId()) {
            rebalancer.addPending(attempt.group, newId, request.sessionTimeoutMs());
            attempt.reply.refuse(ErrorCode.MEMBER_ID_REQUIRED, newId);
        } else {
            admit(attempt, newId);
        }
    }

    private void admit(Attempt attempt, String memberId) {
        var group = attempt.group;
        var request = attempt.request;
        var member = new Member(memberId, new Member.Identity(request.groupInstanceId(),
                attempt.caller.clientId(), attempt.caller.clientHost()), Member.Offer.of(request));
        member.setNew(true);
        group.roster().removePending(memberId);
        group.add(member, request.protocolType());
        group.roster().awaitJoin(member, attempt.reply);
        group.setNewcomer(true);
        rebalancer.beginSession(group, member, GroupPolicy.NEW_MEMBER_JOIN_TIMEOUT_MS);
        rebalancer.rebalance(group, attempt.because(member + " joins"));
    }

    private void rejoin(Attempt attempt) {
        var group = attempt.group;
        var request = attempt.request;
        try {
            group.checkMember(request.memberId(), request.groupInstanceId());
        } catch (ApiException e) {
            attempt.refuse(e.errorCode());
            return;
        }
        var member = group.roster().get(request.memberId());
        boolean isChanged = !member.protocols().equals(Member.Offer.of(request).protocols());
        switch (group.state()) {
            case PREPARING_REBALANCE -> awaitRebalance(attempt, member, member + " rejoins");
            case COMPLETING_REBALANCE -> {
                if (isChanged) {
                    awaitRebalance(attempt, member, member + " changed what it offers");
                } else {
                    attempt.reply.accept(group, member);
                }
            }
            case STABLE -> {
                if (isChanged || group.isLeader(member)) {
                    awaitRebalance(attempt, member,
                            isChanged ? member + " changed what it offers" : "leader " + member + " rejoins");
                } else {
                    attempt.reply.accept(group, member);
                }
            }
            case EMPTY, DEAD -> attempt.refuse(ErrorCode.UNKNOWN_MEMBER_ID);
        }
    }

    private void awaitRebalance(Attempt attempt, Member member, String reason) {
        attempt.group.roster().update(member, Member.Offer.of(attempt.request));
        attempt.group.roster().awaitJoin(member, attempt.reply);
        rebalancer.rebalance(attempt.group, attempt.because(reason));
    }

    /** A static member is back under a new id: while the group is stable, the others need not notice. */
    private void replace(Attempt attempt, Member member, String newId) {
        var group = attempt.group;
        var before = new Before(member.id(), group.leaderId(), member.offer());
        group.replaceStatic(member, newId);
        group.roster().update(member, Member.Offer.of(attempt.request));
        group.roster().awaitJoin(member, attempt.reply);
        member.session().extend(member.sessionTimeoutMs());
        if (group.state() == GroupState.STABLE
                && group.roster().electProtocol().equals(group.protocolName())) {
            saveReplacement(group, member, before);
        } else {
            rebalancer.rebalance(group, attempt.because(member + " is back under a new id"));
        }
    }

    /** What a replaced static member was, in case the replacement can't be saved. */
    private record Before(String memberId, String leaderId, Member.Offer offer) {}

    private void saveReplacement(ClassicGroup group, Member member, Before before) {
        int generation = group.generation();
        var newId = member.id();
        store.save(group, error -> {
            if (!member.id().equals(newId) || group.roster().get(newId) != member) {
                return;
            }
            if (error != ErrorCode.NONE) {
                group.roster().refuseJoin(member, error, "");
                group.replaceStatic(member, before.memberId);
                group.roster().update(member, before.offer);
                member.session().extend(member.sessionTimeoutMs());
            } else if (group.state() == GroupState.STABLE && group.generation() == generation) {
                var reply = group.roster().takeJoin(member);
                if (reply != null) {
                    reply.acceptReplacement(group, member, before.leaderId);
                }
            }
        });
    }
}
