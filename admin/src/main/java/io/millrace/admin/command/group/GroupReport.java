package io.millrace.admin.command.group;

import io.millrace.admin.Admin;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.group.CommittedOffset;
import io.millrace.admin.group.GroupDescription;
import io.millrace.admin.group.GroupMember;
import io.millrace.admin.offset.ListedOffset;
import io.millrace.admin.offset.OffsetSpec;
import io.millrace.admin.operation.Outcomes;
import io.millrace.protocol.cluster.TopicPartition;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Prints groups: their offsets and lag, their members, or their state. */
public final class GroupReport {
    private static final int COLUMN = 15;

    private final Admin admin;
    private final Console console;

    public GroupReport(Admin admin, Console console) {
        this.admin = admin;
        this.console = console;
    }

    /** Where the groups are in each partition, and how far behind its end. */
    public void offsets(Collection<String> groupIds) {
        var groups = ToolRun.await(admin.describeConsumerGroups(groupIds)).all();
        var committed = ToolRun.await(admin.listConsumerGroupOffsets(groupIds)).all();
        groups.forEach((id, group) -> {
            sayIfQuiet(group);
            offsets(group, committed.get(id));
        });
    }

    private void offsets(GroupDescription group, SortedMap<TopicPartition, CommittedOffset> committed) {
        var partitions = new TreeSet<>(committed.keySet());
        group.members().forEach(member -> partitions.addAll(member.assignment()));
        if (partitions.isEmpty()) {
            return;
        }
        var specs = partitions.stream().collect(Collectors.toMap(each -> each, each -> OffsetSpec.LATEST));
        var ends = ToolRun.await(admin.listOffsets(specs));
        var table = new Table(
                List.of("GROUP", "TOPIC", "PARTITION", "CURRENT-OFFSET", "LOG-END-OFFSET", "LAG",
                        "CONSUMER-ID",
                        "HOST", "CLIENT-ID"),
                List.of(COLUMN, COLUMN, 10, COLUMN, COLUMN, COLUMN, COLUMN, COLUMN, 0), "");
        group.members().stream().sorted(Comparator.comparing(GroupMember::memberId)).forEach(member -> {
            if (member.assignment().isEmpty()) {
                table.add(group.groupId(), null, null, null, null, null, member.memberId(), member.host(),
                        member.clientId());
            }
            for (var partition : member.assignment()) {
                partitions.remove(partition);
                row(table, group, partition, committed.get(partition), ends, member);
            }
        });
        partitions.forEach(each -> row(table, group, each, committed.get(each), ends, null));
        console.out().println();
        table.print(console.out());
    }

    private static void row(Table table, GroupDescription group, TopicPartition partition,
            CommittedOffset committed, Outcomes<TopicPartition, ListedOffset> ends, GroupMember member) {
        var end = ends.values().get(partition);
        var lag = committed == null || end == null ? null : end.offset() - committed.offset();
        table.add(group.groupId(), partition.topic(), partition.partition(),
                committed == null ? null : committed.offset(), end == null ? null : end.offset(), lag,
                member == null ? null : member.memberId(), member == null ? null : member.host(),
                member == null ? null : member.clientId());
    }

    /** Who is in the groups; what each has been assigned, too, if asked for. */
    public void members(Collection<String> groupIds, boolean isVerbose) {
        ToolRun.await(admin.describeConsumerGroups(groupIds)).all().values().forEach(group -> {
            sayIfQuiet(group);
            var table = isVerbose
                    ? new Table(List.of("GROUP", "CONSUMER-ID", "HOST", "CLIENT-ID", "#PARTITIONS",
                            "CURRENT-EPOCH", "CURRENT-ASSIGNMENT", "TARGET-EPOCH", "TARGET-ASSIGNMENT"),
                            List.of(COLUMN, COLUMN, COLUMN, COLUMN, COLUMN, COLUMN, 20, COLUMN, 20), "")
                    : new Table(List.of("GROUP", "CONSUMER-ID", "HOST", "CLIENT-ID", "#PARTITIONS"),
                            List.of(COLUMN, COLUMN, COLUMN, COLUMN, COLUMN), " ");
            for (var member : group.members()) {
                if (isVerbose) {
                    table.add(group.groupId(), member.memberId(), member.host(), member.clientId(),
                            member.assignment().size(), null, assignment(member), null, null);
                } else {
                    table.add(group.groupId(), member.memberId(), member.host(), member.clientId(),
                            member.assignment().size());
                }
            }
            console.out().println();
            table.print(console.out());
        });
    }

    private static String assignment(GroupMember member) {
        var topics = new TreeMap<String, String>();
        member.assignment().forEach(each -> topics.merge(each.topic(), Integer.toString(each.partition()),
                (numbers, next) -> numbers + "," + next));
        return topics.isEmpty() ? "-"
                : topics.entrySet().stream()
                        .map(topic -> topic.getKey() + ":" + topic.getValue())
                        .collect(Collectors.joining(";"));
    }

    /** What state the groups are in, and who coordinates them. */
    public void states(Collection<String> groupIds) {
        ToolRun.await(admin.describeConsumerGroups(groupIds)).all().values().forEach(group -> {
            sayIfQuiet(group);
            var table = new Table(
                    List.of("GROUP", "COORDINATOR (ID)", "ASSIGNMENT-STRATEGY", "STATE", "#MEMBERS"),
                    List.of(COLUMN, 25, 20, 20, 0), "");
            var coordinator = group.coordinator();
            table.add(group.groupId(),
                    coordinator.host() + ":" + coordinator.port() + "  (" + coordinator.id() + ")",
                    group.assignor().isEmpty() ? null : group.assignor(), group.state(),
                    group.members().size());
            console.out().println();
            table.print(console.out());
        });
    }

    private void sayIfQuiet(GroupDescription group) {
        var word = Map.of(GroupDescription.DEAD, "' does not exist.",
                GroupDescription.EMPTY, "' has no active members.",
                "PreparingRebalance", "' is rebalancing.", "CompletingRebalance", "' is rebalancing.")
                .get(group.state());
        if (word != null) {
            console.err().println();
            console.err().println("Consumer group '" + group.groupId() + word);
        }
    }
}
