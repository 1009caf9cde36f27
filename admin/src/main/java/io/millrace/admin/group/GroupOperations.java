package io.millrace.admin.group;

import io.millrace.admin.cluster.ClusterOperations;
import io.millrace.admin.operation.Calls;
import io.millrace.admin.operation.Outcomes;
import io.millrace.protocol.client.Query;
import io.millrace.protocol.cluster.Node;
import io.millrace.protocol.message.group.DeleteGroups;
import io.millrace.protocol.message.group.DescribeGroups;
import io.millrace.protocol.message.group.FindCoordinator;
import io.millrace.protocol.message.group.LeaveGroup;
import io.millrace.protocol.message.group.ListGroups;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/** Lists, describes and deletes groups, and removes members. Immutable, for any thread. */
public final class GroupOperations {
    private static final int FIRST_FIND_WITH_LIST = 4;
    private static final int FIRST_LEAVE_WITH_LIST = 3;

    private final Calls calls;
    private final ClusterOperations cluster;

    public GroupOperations(Calls calls, ClusterOperations cluster) {
        this.calls = calls;
        this.cluster = cluster;
    }

    /** All groups of the cluster in these states and of these types; empty lists ask for all. By their ids. */
    public CompletableFuture<List<GroupListing>> list(Collection<String> states, Collection<String> types) {
        var request = new ListGroups.Request(List.copyOf(states), List.copyOf(types));
        return cluster.brokerIds()
                .thenCompose(ids -> calls.nodes(ids, request, ListGroups.Response::errorCode))
                .thenApply(answers -> {
                    var groups = new TreeMap<String, GroupListing>();
                    answers.forEach((broker, answer) -> {
                        requireNoError(answer.errorCode(), "the groups of broker " + broker);
                        answer.groups().forEach(each -> groups.put(each.groupId(), new GroupListing(
                                each.groupId(), each.protocolType(), each.groupState(), each.groupType())));
                    });
                    return List.copyOf(groups.values());
                });
    }

    private static void requireNoError(ErrorCode error, String what) {
        if (error != ErrorCode.NONE) {
            throw new ApiException(error, what + ": " + error);
        }
    }

    /** A group that does not exist is in the state {@link GroupDescription#DEAD}, or the failure GROUP_ID_NOT_FOUND. */
    public CompletableFuture<Outcomes<String, GroupDescription>> describe(Collection<String> groupIds) {
        return Calls.each(groupIds, this::describe);
    }

    private CompletableFuture<GroupDescription> describe(String groupId) {
        var query = Query.of(new DescribeGroups.Request(List.of(groupId), false),
                answer -> answer.groups().get(0).errorCode());
        return calls.group(groupId, query).thenCombine(coordinator(groupId),
                (answer, coordinator) -> description(answer.groups().get(0), coordinator));
    }

    private static GroupDescription description(DescribeGroups.Response.DescribedGroup group,
            Node coordinator) {
        if (group.errorCode() != ErrorCode.NONE) {
            throw new ApiException(group.errorCode(), group.errorMessage() == null
                    || group.errorMessage().isEmpty() ? "group " + group.groupId() + ": " + group.errorCode()
                            : group.errorMessage());
        }
        var members = group.members().stream()
                .map(each -> new GroupMember(each.memberId(), each.groupInstanceId(), each.clientId(),
                        each.clientHost(), Assignments.read(group.protocolType(), each.memberAssignment())))
                .sorted(Comparator.comparing(GroupMember::memberId)).toList();
        return new GroupDescription(group.groupId(), group.protocolType(), group.protocolData(),
                group.groupState(), coordinator, members);
    }

    private CompletableFuture<Node> coordinator(String groupId) {
        var query = new Query<FindCoordinator.Response>(ApiKey.FIND_COORDINATOR,
                version -> version >= FIRST_FIND_WITH_LIST
                        ? new FindCoordinator.Request("", (byte) 0, List.of(groupId))
                        : new FindCoordinator.Request(groupId, (byte) 0, List.of()),
                GroupOperations::errorOf, ApiKey.FIND_COORDINATOR.maxVersion());
        return calls.any(query).thenApply(answer -> {
            if (answer.coordinators().isEmpty()) {
                return new Node(answer.nodeId(), answer.host(), answer.port(), null);
            }
            var found = answer.coordinators().get(0);
            return new Node(found.nodeId(), found.host(), found.port(), null);
        });
    }

    private static ErrorCode errorOf(FindCoordinator.Response answer) {
        return answer.coordinators().isEmpty() ? answer.errorCode()
                : answer.coordinators().get(0).errorCode();
    }

    /** Deletes groups that have no members, with their offsets. */
    public CompletableFuture<Outcomes<String, Void>> delete(Collection<String> groupIds) {
        return Calls.each(groupIds, groupId -> calls.group(groupId,
                Query.of(new DeleteGroups.Request(List.of(groupId)),
                        answer -> answer.results().get(0).errorCode()))
                .thenApply(answer -> {
                    requireNoError(answer.results().get(0).errorCode(), "group " + groupId);
                    return null;
                }));
    }

    /** Removes static members, by their instance ids, from a group, for this reason, which the broker logs. */
    public CompletableFuture<Outcomes<String, Void>> removeMembers(String groupId,
            Collection<String> instanceIds, String reason) {
        return Calls.each(instanceIds, instanceId -> {
            var member = new LeaveGroup.Request.MemberIdentity("", instanceId, reason);
            return leave(groupId, member);
        });
    }

    /** Removes all members from a group. */
    public CompletableFuture<Outcomes<String, Void>> removeAllMembers(String groupId, String reason) {
        return describe(groupId).thenCompose(group -> Calls.each(
                group.members().stream().map(GroupMember::memberId).toList(),
                memberId -> leave(groupId, new LeaveGroup.Request.MemberIdentity(memberId, null, reason))));
    }

    private CompletableFuture<Void> leave(String groupId, LeaveGroup.Request.MemberIdentity member) {
        var query = new Query<LeaveGroup.Response>(ApiKey.LEAVE_GROUP,
                version -> version >= FIRST_LEAVE_WITH_LIST
                        ? new LeaveGroup.Request(groupId, "", List.of(member))
                        : new LeaveGroup.Request(groupId, member.memberId(), List.of()),
                LeaveGroup.Response::errorCode, ApiKey.LEAVE_GROUP.maxVersion());
        return calls.group(groupId, query).thenAccept(answer -> {
            requireNoError(answer.errorCode(), "group " + groupId);
            answer.members().forEach(each -> requireNoError(each.errorCode(), "member " + each.memberId()
                    + (each.groupInstanceId() == null ? "" : each.groupInstanceId())));
        });
    }
}
