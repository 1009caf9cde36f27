package io.millrace.broker.coordinator.group;

import io.millrace.broker.coordinator.group.journal.CoordinatorRecord;
import io.millrace.broker.coordinator.group.journal.Journal;
import io.millrace.broker.coordinator.group.membership.ClassicGroup;
import io.millrace.broker.coordinator.group.membership.GroupState;
import io.millrace.broker.coordinator.group.membership.Member;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.protocol.message.group.DeleteGroups;
import io.millrace.protocol.message.group.DescribeGroups;
import io.millrace.protocol.message.group.ListGroups;
import io.millrace.protocol.message.group.OffsetDelete;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** What operators ask of one shard's groups: describe, list, delete. Used by the shard's owner alone. */
final class GroupAdmin {
    private static final String CLASSIC = "classic";
    private static final int FIRST_DESCRIBE_VERSION_WITH_NOT_FOUND = 6;

    private final Groups groups;
    private final Journal journal;
    private final Supplier<ClusterImage> image;

    GroupAdmin(Groups groups, Journal journal, Supplier<ClusterImage> image) {
        this.groups = groups;
        this.journal = journal;
        this.image = image;
    }

    DescribeGroups.Response.DescribedGroup describe(String groupId, int version) {
        var group = groups.get(groupId);
        if (group == null) {
            boolean isError = version >= FIRST_DESCRIBE_VERSION_WITH_NOT_FOUND;
            return new DescribeGroups.Response.DescribedGroup(
                    isError ? ErrorCode.GROUP_ID_NOT_FOUND : ErrorCode.NONE,
                    isError ? "Group " + groupId + " not found." : null, groupId, GroupState.DEAD.toString(),
                    "", "", List.of(), Refusals.NO_OPERATIONS);
        }
        var classic = group.classic();
        boolean isStable = classic.state() == GroupState.STABLE;
        return new DescribeGroups.Response.DescribedGroup(ErrorCode.NONE, null, groupId,
                classic.state().toString(), typeOf(classic), isStable ? classic.protocolName() : "",
                classic.members().stream().map(member -> describe(classic, member, isStable)).toList(),
                Refusals.NO_OPERATIONS);
    }

    private static DescribeGroups.Response.DescribedGroupMember describe(
            ClassicGroup group, Member member, boolean isStable) {
        var identity = member.identity();
        return new DescribeGroups.Response.DescribedGroupMember(member.id(), identity.groupInstanceId(),
                identity.clientId(), identity.clientHost(),
                isStable ? member.metadata(group.protocolName()) : Bytes.EMPTY,
                isStable ? member.assignment() : Bytes.EMPTY);
    }

    private static String typeOf(ClassicGroup group) {
        return group.protocolType() == null ? "" : group.protocolType();
    }

    List<ListGroups.Response.ListedGroup> list(ListGroups.Request request) {
        if (!matches(request.typesFilter(), CLASSIC)) {
            return List.of();
        }
        return groups.all().stream().map(Group::classic)
                .filter(group -> matches(request.statesFilter(), group.state().toString()))
                .map(group -> new ListGroups.Response.ListedGroup(
                        group.id(), typeOf(group), group.state().toString(), CLASSIC))
                .toList();
    }

    private static boolean matches(List<String> filter, String value) {
        return filter.isEmpty() || filter.stream().anyMatch(value::equalsIgnoreCase);
    }

    void delete(String groupId, Consumer<DeleteGroups.Response.DeletableGroupResult> reply) {
        var group = groups.get(groupId);
        if (group == null) {
            reply.accept(Refusals.delete(groupId, ErrorCode.GROUP_ID_NOT_FOUND,
                    "Group " + groupId + " not found."));
        } else if (group.classic().state() != GroupState.EMPTY) {
            reply.accept(Refusals.delete(groupId, ErrorCode.NON_EMPTY_GROUP,
                    "Group " + groupId + " has members; stop them first."));
        } else {
            var records = Groups.tombstones(group);
            journal.appendAll(records, groups::apply,
                    error -> reply.accept(Refusals.delete(groupId, error, null)));
        }
    }

    void deleteOffsets(OffsetDelete.Request request, Consumer<OffsetDelete.Response> reply) {
        var group = groups.get(request.groupId());
        if (group == null) {
            reply.accept(new OffsetDelete.Response(ErrorCode.GROUP_ID_NOT_FOUND, 0, List.of()));
            return;
        }
        if (group.classic().state() != GroupState.EMPTY && !group.classic().isOfConsumers()) {
            reply.accept(new OffsetDelete.Response(ErrorCode.NON_EMPTY_GROUP, 0, List.of()));
            return;
        }
        var records = new ArrayList<CoordinatorRecord>();
        var topics = new ArrayList<OffsetDelete.Response.Topic>();
        for (var topic : request.topics()) {
            topics.add(collectDeletions(group, topic, records));
        }
        journal.appendAll(records, groups::apply, error -> reply.accept(error == ErrorCode.NONE
                ? new OffsetDelete.Response(ErrorCode.NONE, 0, topics)
                : new OffsetDelete.Response(error, 0, List.of())));
    }

    private OffsetDelete.Response.Topic collectDeletions(
            Group group, OffsetDelete.Request.Topic topic, List<CoordinatorRecord> records) {
        var found = image.get().topic(topic.name());
        boolean isSubscribed = group.classic().isSubscribedTo(topic.name());
        var results = new ArrayList<OffsetDelete.Response.Partition>();
        for (var partition : topic.partitions()) {
            int index = partition.partitionIndex();
            var error = found == null || found.partition(index) == null
                    ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION
                    : isSubscribed ? ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC : ErrorCode.NONE;
            if (error == ErrorCode.NONE && group.offset(topic.name(), index) != null) {
                records.add(CommittedOffset.tombstone(group.classic().id(), topic.name(), index));
            }
            results.add(new OffsetDelete.Response.Partition(index, error));
        }
        return new OffsetDelete.Response.Topic(topic.name(), results);
    }
}
