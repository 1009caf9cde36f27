package io.millrace.broker.coordinator.group.membership;

import io.millrace.broker.coordinator.group.journal.Timers;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.ErrorCode;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves the groups of one shard from generation to generation: gathers joins, elects leader and protocol, waits for the
 * leader's assignment, and watches sessions. Used by the shard's owner alone.
 */
final class Rebalancer {
    private static final Logger LOG = LoggerFactory.getLogger(Rebalancer.class);

    private final GroupPolicy policy;
    private final Timers timers;
    private final InstantSource clock;
    private final GroupStore store;

    Rebalancer(GroupPolicy policy, Timers timers, InstantSource clock, GroupStore store) {
        this.policy = policy;
        this.timers = timers;
        this.clock = clock;
        this.store = store;
    }

    /** Something about the members changed: begins a rebalance, or brings a running one on. */
    void rebalance(ClassicGroup group, String reason) {
        if (group.state() == GroupState.PREPARING_REBALANCE) {
            advance(group);
        } else {
            begin(group, reason);
        }
    }

    /** Completes a rebalance that nobody is missing from any more; the first one of a group waits its delay out. */
    void advance(ClassicGroup group) {
        if (group.state() == GroupState.PREPARING_REBALANCE
                && group.previousState() != GroupState.EMPTY
                && group.roster().haveAllJoined()) {
            completeJoin(group);
        }
    }

    private void begin(ClassicGroup group, String reason) {
        if (group.state() == GroupState.COMPLETING_REBALANCE) {
            dropAssignments(group, ErrorCode.REBALANCE_IN_PROGRESS);
        }
        group.roster().owingSync().clear();
        group.setSyncAlarm(null);
        boolean isFirst = group.state() == GroupState.EMPTY;
        group.enter(GroupState.PREPARING_REBALANCE, clock.millis());
        LOG.info("Group {}: rebalance after generation {}, because {}", group.id(), group.generation(),
                reason);
        if (isFirst) {
            group.setNewcomer(false);
            int delayMs = policy.initialRebalanceDelayMs();
            waitForMore(group, delayMs, Math.max(group.rebalanceTimeoutMs() - delayMs, 0));
        } else if (group.roster().haveAllJoined()) {
            completeJoin(group);
        } else {
            waitForAll(group);
        }
    }

    private void waitForAll(ClassicGroup group) {
        group.setJoinAlarm(timers.schedule(group.rebalanceTimeoutMs(), () -> completeJoin(group)));
    }

    /** Gives a new group time to gather, again and again while members arrive, up to the rebalance timeout. */
    private void waitForMore(ClassicGroup group, int delayMs, int remainingMs) {
        group.setJoinAlarm(timers.schedule(delayMs, () -> {
            if (group.hasNewcomer() && remainingMs > 0) {
                group.setNewcomer(false);
                int nextDelayMs = Math.min(policy.initialRebalanceDelayMs(), remainingMs);
                waitForMore(group, nextDelayMs, Math.max(remainingMs - delayMs, 0));
            } else {
                completeJoin(group);
            }
        }));
    }

    /** Ends the join phase: the dynamic members that did not come are out, the others get the new generation. */
    private void completeJoin(ClassicGroup group) {
        group.setJoinAlarm(null);
        for (var member : List.copyOf(group.members())) {
            if (!member.isAwaitingJoin() && !member.isStatic()) {
                LOG.info("Group {}: {} did not rejoin in time and is out", group.id(), member);
                group.remove(member.id(), ErrorCode.UNKNOWN_MEMBER_ID);
            }
        }
        if (!group.roster().isEmpty() && !group.electJoinedLeader()) {
            waitForAll(group);
            return;
        }
        group.beginGeneration(clock.millis());
        LOG.info("Group {}: generation {} has {} members", group.id(), group.generation(),
                group.roster().size());
        if (group.roster().isEmpty()) {
            store.save(group, Map.of(), error -> {
                if (error != ErrorCode.NONE) {
                    LOG.warn("Group {}: its becoming empty was not saved: {}", group.id(), error);
                }
            });
        } else {
            announce(group);
        }
    }

    private void announce(ClassicGroup group) {
        for (var member : group.members()) {
            member.setNew(false);
            group.roster().owingSync().add(member);
        }
        int generation = group.generation();
        group.setSyncAlarm(timers.schedule(group.rebalanceTimeoutMs(), () -> expireSync(group, generation)));
        for (var member : List.copyOf(group.members())) {
            var reply = group.roster().takeJoin(member);
            if (reply != null) {
                reply.accept(group, member);
            }
            member.session().extend(member.sessionTimeoutMs());
        }
    }

    /** Members that took the generation but never asked for their assignment are out. */
    private void expireSync(ClassicGroup group, int generation) {
        group.setSyncAlarm(null);
        var missing = List.copyOf(group.roster().owingSync());
        if (generation != group.generation() || missing.isEmpty()) {
            return;
        }
        missing.forEach(member -> group.remove(member.id(), ErrorCode.UNKNOWN_MEMBER_ID));
        rebalance(group, missing + " did not sync in time");
    }

    /** The member asked for its assignment. */
    void synced(ClassicGroup group, Member member) {
        group.roster().owingSync().remove(member);
        if (group.roster().owingSync().isEmpty()) {
            group.setSyncAlarm(null);
        }
    }

    /** Saves what the leader assigned; once that is committed the group is stable and all members are told. */
    void assign(ClassicGroup group, Map<String, Bytes> assignments) {
        if (!group.beginAssigning()) {
            return; // the leader repeats itself while the first assignment is being saved
        }
        int generation = group.generation();
        store.save(group, assignments, error -> {
            if (group.state() != GroupState.COMPLETING_REBALANCE || group.generation() != generation) {
                return;
            }
            if (error == ErrorCode.NONE) {
                group.enter(GroupState.STABLE, clock.millis());
                handOut(group, assignments);
            } else {
                dropAssignments(group, error);
                rebalance(group, "the assignment was not saved: " + error);
            }
        });
    }

    private void handOut(ClassicGroup group, Map<String, Bytes> assignments) {
        for (var member : List.copyOf(group.members())) {
            member.setAssignment(assignments.getOrDefault(member.id(), Bytes.EMPTY));
            var reply = member.takeSync();
            if (reply != null) {
                reply.assign(group, member);
                member.session().extend(member.sessionTimeoutMs());
            }
        }
    }

    private void dropAssignments(ClassicGroup group, ErrorCode error) {
        for (var member : List.copyOf(group.members())) {
            member.setAssignment(Bytes.EMPTY);
            if (member.isAwaitingSync()) {
                member.refuseSync(error);
                member.session().extend(member.sessionTimeoutMs());
            }
        }
    }

    /** Begins the session of a member that has none yet. */
    void beginSession(ClassicGroup group, Member member, long timeoutMs) {
        member.setSession(new Session(timers, () -> expire(group, member)));
        member.session().extend(timeoutMs);
    }

    private void expire(ClassicGroup group, Member member) {
        if (!member.isExcusedFromHeartbeat()) {
            LOG.info("Group {}: the session of {} is over", group.id(), member);
            remove(group, member, "the session of " + member + " is over");
        }
    }

    /** Takes a member out and tells the others. */
    void remove(ClassicGroup group, Member member, String reason) {
        group.remove(member.id(), ErrorCode.UNKNOWN_MEMBER_ID);
        afterRemoval(group, reason);
    }

    /** Brings the group on after members left it. */
    void afterRemoval(ClassicGroup group, String reason) {
        switch (group.state()) {
            case STABLE, COMPLETING_REBALANCE -> begin(group, reason);
            case PREPARING_REBALANCE -> advance(group);
            case EMPTY, DEAD -> {
                // nobody is left to tell
            }
        }
    }

    /** Hands out a member id that its owner must come back with. */
    void addPending(ClassicGroup group, String memberId, int sessionTimeoutMs) {
        var session = new Session(timers, () -> {
            group.roster().removePending(memberId);
            advance(group);
        });
        group.roster().addPending(memberId, session);
        session.extend(sessionTimeoutMs);
    }

    /** The log is read: its members go on as if nothing had happened, with a fresh session each. */
    void resume(ClassicGroup group) {
        for (var member : group.members()) {
            beginSession(group, member, member.sessionTimeoutMs());
        }
        if (group.roster().size() > policy.maxMembers()) {
            begin(group, "it has more members than group.max.size allows");
        }
    }
}
