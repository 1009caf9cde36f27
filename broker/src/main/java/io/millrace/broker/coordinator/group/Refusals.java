package io.millrace.broker.coordinator.group;

import io.millrace.protocol.message.group.DeleteGroups;
import io.millrace.protocol.message.group.DescribeGroups;
import io.millrace.protocol.message.group.LeaveGroup;
import io.millrace.protocol.message.group.OffsetCommit;
import io.millrace.protocol.message.group.OffsetFetch;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/** How an API says that a request failed as a whole. */
final class Refusals {
    static final int NO_OPERATIONS = Integer.MIN_VALUE;
    private static final int FIRST_FETCH_VERSION_WITH_GROUP_ERROR = 2;
    private static final int FIRST_LEAVE_VERSION_WITH_MEMBERS = 3;

    private Refusals() {}

    /** A group that does not exist is each member's error, and no error of the request. */
    static LeaveGroup.Response leaveMissing(LeaveGroup.Request request, int version) {
        if (version < FIRST_LEAVE_VERSION_WITH_MEMBERS) {
            return leave(ErrorCode.UNKNOWN_MEMBER_ID);
        }
        return new LeaveGroup.Response(0, ErrorCode.NONE, request.members().stream()
                .map(member -> new LeaveGroup.Response.Member(member.memberId(), member.groupInstanceId(),
                        ErrorCode.UNKNOWN_MEMBER_ID))
                .toList());
    }

    static LeaveGroup.Response leave(ErrorCode error) {
        return new LeaveGroup.Response(0, error, List.of());
    }

    static OffsetCommit.Response commit(OffsetCommit.Request request, ErrorCode error) {
        return new OffsetCommit.Response(0, request.topics().stream()
                .map(topic -> new OffsetCommit.Response.Topic(topic.name(), topic.topicId(),
                        topic.partitions().stream()
                                .map(p -> new OffsetCommit.Response.Partition(p.partitionIndex(), error))
                                .toList()))
                .toList());
    }

    /** Version 1 has no place for the group's error but its partitions. */
    static OffsetFetch.Response.Group fetch(OffsetFetch.Request.Group request, int version, ErrorCode error) {
        if (version >= FIRST_FETCH_VERSION_WITH_GROUP_ERROR || request.topics() == null) {
            return new OffsetFetch.Response.Group(request.groupId(), List.of(), error);
        }
        return new OffsetFetch.Response.Group(request.groupId(), request.topics().stream()
                .map(topic -> new OffsetFetch.Response.Topics(topic.name(), topic.topicId(),
                        topic.partitionIndexes().stream().map(p -> noOffset(p, error)).toList()))
                .toList(), error);
    }

    static OffsetFetch.Response.Partitions noOffset(int partition, ErrorCode error) {
        return new OffsetFetch.Response.Partitions(partition, -1, -1, "", error);
    }

    static DescribeGroups.Response.DescribedGroup describe(String groupId, ErrorCode error, String message) {
        return new DescribeGroups.Response.DescribedGroup(error, message, groupId, "", "", "", List.of(),
                NO_OPERATIONS);
    }

    static DeleteGroups.Response.DeletableGroupResult delete(String groupId, ErrorCode error,
            String message) {
        return new DeleteGroups.Response.DeletableGroupResult(groupId, error, message);
    }
}
