package io.millrace.broker.coordinator.group;

import io.millrace.broker.coordinator.group.journal.CoordinatorRecord;
import io.millrace.broker.coordinator.group.journal.Journal;
import io.millrace.broker.coordinator.group.journal.Timers;
import io.millrace.broker.coordinator.group.membership.Caller;
import io.millrace.broker.coordinator.group.membership.JoinReply;
import io.millrace.broker.coordinator.group.membership.Membership;
import io.millrace.broker.coordinator.group.membership.SyncReply;
import io.millrace.protocol.message.group.Heartbeat;
import io.millrace.protocol.message.group.JoinGroup;
import io.millrace.protocol.message.group.LeaveGroup;
import io.millrace.protocol.message.group.SyncGroup;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The coordinator of the groups in one partition of {@code __consumer_offsets}, from winning leadership to losing it.
 * Owns its groups; lives on the partition's owner, which alone calls it.
 */
final class GroupShard {
    private static final Logger LOG = LoggerFactory.getLogger(GroupShard.class);
    private static final int FIRST_LEAVE_VERSION_WITH_MEMBERS = 3;

    private enum Phase {
        LOADING(ErrorCode.COORDINATOR_LOAD_IN_PROGRESS),
        ACTIVE(ErrorCode.NONE),
        CLOSED(ErrorCode.NOT_COORDINATOR);

        final ErrorCode error;

        Phase(ErrorCode error) {
            this.error = error;
        }
    }

    private final int index;
    private final OffsetsPartition partition;
    private final OffsetPolicy policy;
    private final Groups groups;
    private final Journal journal;
    private final Membership membership;
    private final OffsetCommits commits;
    private final OffsetReads reads;
    private final GroupAdmin admin;
    private final Retention retention;
    private Phase phase = Phase.LOADING;
    private Timers.Alarm retentionAlarm;

    GroupShard(int index, OffsetsPartition partition, ShardContext context) {
        this.index = index;
        this.partition = partition;
        this.policy = context.offsetPolicy();
        var clock = context.clock();
        var image = context.image();
        groups = new Groups(clock);
        journal = new Journal(partition, partition.timers(), policy.commitTimeoutMs());
        membership = new Membership(context.groupPolicy(), partition.timers(), clock, journal);
        commits = new OffsetCommits(groups, journal, membership, policy, image, clock);
        reads = new OffsetReads(groups, image);
        admin = new GroupAdmin(groups, journal, image);
        retention = new Retention(groups, journal, policy.retentionMs(), image, clock);
    }

    OffsetsPartition partition() {
        return partition;
    }

    /** Why the shard can't serve now; NONE if it can. */
    ErrorCode readiness() {
        return phase.error;
    }

    /** Reads the groups back from the log, then serves. */
    void load() {
        long startMs = partition.timers().nowMs();
        partition.replay(this::replay, error -> {
            if (phase != Phase.LOADING) {
                return;
            }
            if (error != ErrorCode.NONE) {
                LOG.error("Groups of offsets partition {} can't be loaded: {}", index, error);
                close();
                return;
            }
            phase = Phase.ACTIVE;
            for (var group : List.copyOf(groups.all())) {
                membership.resume(group.classic());
            }
            scheduleRetention();
            if (!groups.all().isEmpty()) {
                LOG.info("Offsets partition {}: {} groups loaded in {} ms", index, groups.all().size(),
                        partition.timers().nowMs() - startMs);
            }
        });
    }

    private void replay(ByteBuf key, ByteBuf value) {
        if (phase != Phase.LOADING || key == null) {
            return;
        }
        try {
            groups.replay(CoordinatorRecord.decode(key, value));
        } catch (MalformedMessageException e) {
            LOG.error("Offsets partition {}: a record is skipped, {}", index, e.getMessage());
        }
    }

    private void scheduleRetention() {
        retentionAlarm = partition.timers().schedule(policy.retentionCheckIntervalMs(), () -> {
            scheduleRetention();
            retention.expire();
        });
    }

    /** Leadership is lost: whoever waits here is told to look for the coordinator again. */
    void close() {
        phase = Phase.CLOSED;
        if (retentionAlarm != null) {
            retentionAlarm.cancel();
        }
        journal.close();
        groups.close();
    }

    void join(JoinGroup.Request request, Caller caller, JoinReply reply) {
        if (!membership.allowsSessionTimeout(request.sessionTimeoutMs())) {
            reply.refuse(ErrorCode.INVALID_SESSION_TIMEOUT, request.memberId());
            return;
        }
        var group = groups.get(request.groupId());
        if (group == null && !request.memberId().isEmpty()) {
            reply.refuse(ErrorCode.UNKNOWN_MEMBER_ID, request.memberId());
        } else if (group == null) {
            group = groups.create(request.groupId());
            membership.join(group.classic(), request, caller, reply);
            if (!group.classic().isVacant()) {
                groups.keep(group);
            }
        } else {
            membership.join(group.classic(), request, caller, reply);
        }
    }

    void sync(SyncGroup.Request request, SyncReply reply) {
        var group = groups.get(request.groupId());
        if (group == null) {
            reply.refuse(ErrorCode.UNKNOWN_MEMBER_ID);
        } else {
            membership.sync(group.classic(), request, reply);
        }
    }

    ErrorCode heartbeat(Heartbeat.Request request) {
        var group = groups.get(request.groupId());
        return group == null ? ErrorCode.UNKNOWN_MEMBER_ID : membership.heartbeat(group.classic(), request);
    }

    void leave(LeaveGroup.Request request, int version, Consumer<LeaveGroup.Response> reply) {
        var group = groups.get(request.groupId());
        if (group == null) {
            reply.accept(Refusals.leaveMissing(request, version));
            return;
        }
        boolean isSingle = version < FIRST_LEAVE_VERSION_WITH_MEMBERS;
        var leaving = isSingle
                ? List.of(new LeaveGroup.Request.MemberIdentity(request.memberId(), null, null))
                : request.members();
        var results = new ArrayList<LeaveGroup.Response.Member>();
        var left = new ArrayList<String>();
        for (var identity : leaving) {
            var error = membership.leave(group.classic(), identity);
            if (error == ErrorCode.NONE) {
                left.add(identity.memberId()
                        + (identity.reason() == null ? "" : " (" + identity.reason() + ")"));
            }
            results.add(new LeaveGroup.Response.Member(
                    identity.memberId(), identity.groupInstanceId(), error));
        }
        if (!left.isEmpty()) {
            membership.afterLeaving(group.classic(), left + " left");
        }
        reply.accept(isSingle
                ? Refusals.leave(results.get(0).errorCode())
                : new LeaveGroup.Response(0, ErrorCode.NONE, results));
    }

    OffsetCommits commits() {
        return commits;
    }

    OffsetReads reads() {
        return reads;
    }

    GroupAdmin admin() {
        return admin;
    }

    Retention retention() {
        return retention;
    }

    Groups groups() {
        return groups;
    }
}
