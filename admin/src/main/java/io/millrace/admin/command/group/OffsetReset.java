package io.millrace.admin.command.group;

import io.millrace.admin.Admin;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.group.CommittedOffset;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Sets the offsets of groups without members anew, or shows what they would be. */
public final class OffsetReset {
    private final Admin admin;
    private final Console console;

    public OffsetReset(Admin admin, Console console) {
        this.admin = admin;
        this.console = console;
    }

    /**
     * The new offsets of the group in these partitions, or, if there are none, in all that it has committed; they are
     * set if so asked. Of a group that has members, nothing.
     */
    public SortedMap<TopicPartition, Long> reset(String groupId, Collection<TopicPartition> scope,
            ResetTarget target, boolean isExecuted) {
        var state = stateOf(groupId);
        if (!state.equals("Empty") && !state.equals("Dead")) {
            console.out().println();
            console.out().println("Error: Assignments can only be reset if the group '" + groupId
                    + "' is inactive, but the current state is " + state + ".");
            return new TreeMap<>();
        }
        var committed = ToolRun.await(admin.listConsumerGroupOffsets(List.of(groupId))).get(groupId);
        var partitions = target instanceof ResetTarget.Given given ? given.offsets().keySet()
                : scope.isEmpty() ? committed.keySet() : scope;
        var offsets = target.offsets(admin, new TreeSet<>(partitions), committed);
        if (isExecuted && !offsets.isEmpty()) {
            ToolRun.await(admin.alterConsumerGroupOffsets(groupId, offsets.entrySet().stream().collect(
                    Collectors.toMap(Map.Entry::getKey, each -> CommittedOffset.of(each.getValue()))))).all();
        }
        return offsets;
    }

    private String stateOf(String groupId) {
        try {
            return ToolRun.await(admin.describeConsumerGroups(List.of(groupId))).get(groupId).state();
        } catch (ApiException e) {
            if (e.errorCode() == ErrorCode.GROUP_ID_NOT_FOUND) {
                return "Dead";
            }
            throw e;
        }
    }

    /** The partitions that topic, topic:1 or topic:1,2 name, of topics that exist. */
    public Collection<TopicPartition> scope(List<String> topics) {
        var scope = new TreeSet<TopicPartition>();
        for (var text : topics) {
            int colon = text.indexOf(':');
            if (colon < 0) {
                ToolRun.await(admin.describeTopics(List.of(text))).get(text).partitions()
                        .forEach(each -> scope.add(new TopicPartition(text, each.partition())));
            } else {
                for (var number : text.substring(colon + 1).split(",", -1)) {
                    scope.add(new TopicPartition(text.substring(0, colon), number(number, text)));
                }
            }
        }
        return scope;
    }

    private static int number(String text, String within) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw ToolFailure.of("Invalid partition " + text + " in " + within);
        }
    }

    /** Offsets from a file with lines of topic,partition,offset, or group,topic,partition,offset; by their groups. */
    public static Map<String, Map<TopicPartition, Long>> read(Path file, String onlyGroup)
            throws IOException {
        var groups = new TreeMap<String, Map<TopicPartition, Long>>();
        for (var line : lines(file)) {
            var cells = line.split(",", -1);
            int first = cells.length - 3;
            if (first != 0 && first != 1) {
                throw ToolFailure.of("Invalid line in " + file + ": " + line);
            }
            try {
                groups.computeIfAbsent(first == 0 ? onlyGroup : cells[0].strip(), id -> new TreeMap<>()).put(
                        new TopicPartition(cells[first].strip(), Integer.parseInt(cells[first + 1].strip())),
                        Long.parseLong(cells[first + 2].strip()));
            } catch (NumberFormatException e) {
                throw ToolFailure.of("Invalid line in " + file + ": " + line);
            }
        }
        return groups;
    }

    private static List<String> lines(Path file) throws IOException {
        try (var lines = Files.lines(file)) {
            return lines.filter(line -> !line.isBlank()).toList();
        } catch (NoSuchFileException e) {
            throw ToolFailure.of("There is no file " + file);
        }
    }

    /** A table of the new offsets, or lines for a file that can be read again. */
    public void print(Map<String, SortedMap<TopicPartition, Long>> groups, boolean isExported) {
        if (isExported) {
            groups.forEach((group, offsets) -> offsets.forEach((partition, offset) -> console.out()
                    .println((groups.size() == 1 ? "" : group + ",") + partition.topic() + ","
                            + partition.partition() + "," + offset)));
            console.out().println();
            return;
        }
        var table = new Table(List.of("GROUP", "TOPIC", "PARTITION", "NEW-OFFSET"), List.of(15, 15, 10, 0),
                "");
        groups.forEach((group, offsets) -> offsets.forEach((partition, offset) -> table.add(group,
                partition.topic(), partition.partition(), offset)));
        console.out().println();
        table.print(console.out());
    }
}
