package io.millrace.broker.coordinator.group;

import io.millrace.broker.coordinator.group.Cluster.Answer;
import io.millrace.protocol.message.group.JoinGroup;
import io.millrace.protocol.message.group.SyncGroup;
import io.millrace.protocol.wire.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** A consumer that joins, syncs and heartbeats as clients do, one step at a time. */
final class SimulatedMember {
    final String instanceId;
    private final Cluster cluster;
    private final int joinVersion;
    String memberId = "";
    int generation = -1;
    String assignment;
    boolean isFenced;
    Answer<JoinGroup.Response> join;
    Answer<SyncGroup.Response> sync;

    SimulatedMember(Cluster cluster, String instanceId, int joinVersion) {
        this.cluster = cluster;
        this.instanceId = instanceId;
        this.joinVersion = joinVersion;
    }

    /** Who it is over all its lives, as far as the group can know. */
    static String label(String memberId, String instanceId) {
        return instanceId == null ? memberId : instanceId;
    }

    void join() {
        assignment = null;
        sync = null;
        join = cluster.join(joinVersion, Cluster.joining(memberId, instanceId, "range"));
    }

    /** Takes the next answer, or sends the next request. */
    void step() {
        if (isFenced) {
            return;
        }
        if (join != null) {
            if (join.isHere()) {
                var answer = join.get();
                join = null;
                joined(answer);
            }
        } else if (sync != null) {
            if (sync.isHere()) {
                var answer = sync.get();
                sync = null;
                synced(answer);
            }
        } else if (assignment == null) {
            join();
        } else {
            react(cluster.heartbeat(memberId, instanceId, generation));
        }
    }

    private void joined(JoinGroup.Response answer) {
        if (answer.errorCode() == ErrorCode.MEMBER_ID_REQUIRED) {
            memberId = answer.memberId();
            join();
        } else if (answer.errorCode() != ErrorCode.NONE) {
            react(answer.errorCode());
        } else {
            memberId = answer.memberId();
            generation = answer.generationId();
            boolean assigns = answer.leader().equals(memberId) && !answer.skipAssignment();
            sync = cluster.sync(memberId, instanceId, generation, assigns ? assign(answer) : Map.of());
        }
    }

    private static Map<String, String> assign(JoinGroup.Response answer) {
        var assignments = new HashMap<String, String>();
        answer.members().forEach(member -> assignments.put(member.memberId(),
                answer.generationId() + ":" + label(member.memberId(), member.groupInstanceId())));
        return assignments;
    }

    private void synced(SyncGroup.Response answer) {
        if (answer.errorCode() == ErrorCode.NONE) {
            assignment = new String(answer.assignment().toArray(), StandardCharsets.UTF_8);
        } else {
            react(answer.errorCode());
        }
    }

    private void react(ErrorCode error) {
        switch (error) {
            case NONE -> {
                // all is well
            }
            case UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION -> {
                memberId = "";
                generation = -1;
                join();
            }
            case FENCED_INSTANCE_ID -> isFenced = true;
            case REBALANCE_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE, NOT_COORDINATOR -> join();
            default -> throw new AssertionError("unexpected: " + error);
        }
    }
}
