package io.millrace.admin.command.noun;

import io.millrace.admin.Admin;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.group.GroupListing;
import io.millrace.admin.group.GroupMember;
import io.millrace.admin.offset.OffsetSpec;
import io.millrace.protocol.cluster.TopicPartition;
import java.util.HashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** What can be done with consumer groups. */
final class GroupNoun {
    private GroupNoun() {}

    @Command(name = "millrace group list", description = "Lists groups.")
    static final class Listing implements Verb {
        @Override
        public Sheet act(Admin admin) {
            var sheet = Sheet.of("group", "state", "type");
            ToolRun.await(admin.listGroups())
                    .forEach(each -> sheet.row(each.groupId(), each.state(), each.type()));
            return sheet;
        }
    }

    private static void requireGroup(Admin admin, String id) {
        var ids = ToolRun.await(admin.listGroups()).stream().map(GroupListing::groupId).toList();
        if (!ids.contains(id)) {
            throw ToolFailure.of("There is no group " + id + "." + Guess.among(ids, id)
                    + " All groups: millrace group list");
        }
    }

    @Command(name = "millrace group describe", description = "Shows where a group is in each partition, and its lag.")
    static final class Describe implements Verb {
        @Parameters(index = "0", paramLabel = "GROUP", description = "The group.") private String id;

        @Override
        public Sheet act(Admin admin) {
            requireGroup(admin, id);
            var group = ToolRun.await(admin.describeConsumerGroups(List.of(id))).get(id);
            var committed = ToolRun.await(admin.listConsumerGroupOffsets(List.of(id))).get(id);
            var owners = new HashMap<TopicPartition, GroupMember>();
            group.members().forEach(member -> member.assignment().forEach(each -> owners.put(each, member)));
            var partitions = new TreeSet<>(committed.keySet());
            partitions.addAll(owners.keySet());
            var ends = ToolRun.await(admin.listOffsets(partitions.stream()
                    .collect(Collectors.toMap(each -> each, each -> OffsetSpec.LATEST)))).values();
            var sheet = Sheet.of("topic", "partition", "offset", "end", "lag", "client", "host");
            for (var each : partitions) {
                var offset = committed.get(each);
                var end = ends.get(each);
                var owner = owners.get(each);
                sheet.row(each.topic(), each.partition(), offset == null ? null : offset.offset(),
                        end == null ? null : end.offset(),
                        offset == null || end == null ? null : end.offset() - offset.offset(),
                        owner == null ? null : owner.clientId(), owner == null ? null : owner.host());
            }
            return sheet;
        }
    }

    @Command(name = "millrace group delete", description = "Deletes a group that has no members, with its offsets.")
    static final class Delete implements Verb {
        @Parameters(index = "0", paramLabel = "GROUP", description = "The group.") private String id;

        @Override
        public Sheet act(Admin admin) {
            requireGroup(admin, id);
            ToolRun.await(admin.deleteConsumerGroups(List.of(id))).all();
            return Sheet.done("Deleted group " + id + ".");
        }
    }
}
