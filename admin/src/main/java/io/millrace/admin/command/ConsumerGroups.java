package io.millrace.admin.command;

import io.millrace.admin.Admin;
import io.millrace.admin.command.group.GroupReport;
import io.millrace.admin.command.group.OffsetReset;
import io.millrace.admin.command.group.ResetTarget;
import io.millrace.admin.command.group.Table;
import io.millrace.admin.command.line.Cluster;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.group.GroupListing;
import io.millrace.admin.offset.OffsetSpec;
import io.millrace.protocol.cluster.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bin/millrace-consumer-groups.sh}: lists and describes groups, sets their offsets anew, deletes them. */
@Command(name = "millrace-consumer-groups.sh", sortOptions = false, description = "Lists and describes consumer groups, sets their offsets anew, deletes them.")
public final class ConsumerGroups implements Tool {
    @Mixin private Cluster cluster = new Cluster();

    @Option(names = "--list", description = "List groups.") private boolean lists;

    @Option(names = "--describe", description = "Show groups: --offsets (default), --members or --state.") private boolean describes;

    @Option(names = "--delete", description = "Delete groups without members.") private boolean deletes;

    @Option(names = "--delete-offsets", description = "Delete the offsets of topics.") private boolean deletesOffsets;

    @Option(names = "--reset-offsets", description = "Set offsets anew, with one of the --to-... and so on.") private boolean resets;

    @Option(names = "--group", paramLabel = "ID", description = "The group; may be repeated.") private List<String> groups = List
            .of();

    @Option(names = "--all-groups", description = "Every group.") private boolean isForAll;

    @Option(names = "--topic", paramLabel = "NAME[:IDS]", description = "A topic, or some of its partitions: t:0,1; may be repeated.") private List<String> topics = List
            .of();

    @Option(names = "--all-topics", description = "Every topic for which the group has offsets.") private boolean isEveryTopic;

    @Option(names = "--offsets", description = "With --describe: offsets and lag.") private boolean showsOffsets;

    @Option(names = "--members", description = "With --describe: the members.") private boolean showsMembers;

    @Option(names = "--state", arity = "0..1", fallbackValue = "", paramLabel = "STATES", description = "With --describe: the state; with --list: states, or only groups in these states.") private String state;

    @Option(names = "--type", arity = "0..1", fallbackValue = "", paramLabel = "TYPES", description = "With --list: types, or only groups of these types.") private String type;

    @Option(names = "--verbose", description = "With --members: what each has been assigned.") private boolean isVerbose;

    @Option(names = "--to-earliest", description = "To the first record.") private boolean toEarliest;

    @Option(names = "--to-latest", description = "To the end.") private boolean toLatest;

    @Option(names = "--to-current", description = "To what is committed.") private boolean toCurrent;

    @Option(names = "--to-offset", paramLabel = "OFFSET", description = "To this offset.") private Long toOffset;

    @Option(names = "--to-datetime", paramLabel = "TIME", description = "To the first record from this time on: 2026-11-23T14:30:00.000") private String toDateTime;

    @Option(names = "--by-duration", paramLabel = "DURATION", description = "To the first record from this long ago on: P1DT2H30M") private String byDuration;

    @Option(names = "--shift-by", paramLabel = "COUNT", description = "So many records on, back if negative.") private Long shiftBy;

    @Option(names = "--from-file", paramLabel = "FILE", description = "To the offsets that --export has written.") private Path fromFile;

    @Option(names = "--dry-run", description = "Only show the new offsets.") private boolean isDryRun;

    @Option(names = "--execute", description = "Set them.") private boolean isExecuted;

    @Option(names = "--export", description = "Print them for --from-file.") private boolean isExported;

    @SuppressWarnings("UnusedVariable") // accepted as Kafka's tool does; the client has its own patience
    @Option(names = "--timeout", paramLabel = "MS", description = "Accepted and ignored.") private Long timeoutMs;

    /** Runs the tool. */
    public static void main(String[] arguments) {
        ToolRun.main(new ConsumerGroups(), arguments);
    }

    @Override
    public int run(Console console) throws IOException {
        if (!cluster.isGiven()) {
            throw ToolFailure.missing("bootstrap-server");
        }
        if (count(lists, describes, deletes, deletesOffsets, resets) != 1) {
            throw ToolFailure.usage("Command must include exactly one action: --list, --describe, --delete,"
                    + " --reset-offsets, --delete-offsets");
        }
        checkFlags();
        try (var admin = cluster.open()) {
            act(admin, console);
        } catch (ToolFailure failure) {
            throw failure;
        } catch (RuntimeException failure) {
            console.out().println();
            console.out().println("Error: Executing consumer group command failed due to "
                    + ToolRun.explain(failure));
        }
        return 0;
    }

    private static long count(boolean... flags) {
        long count = 0;
        for (boolean flag : flags) {
            count += flag ? 1 : 0;
        }
        return count;
    }

    private void checkFlags() {
        if (!lists && !deletesOffsets && groups.isEmpty() == !isForAll) {
            var action = describes ? "describe" : deletes ? "delete" : "reset-offsets";
            throw ToolFailure
                    .usage("Option [" + action + "] takes one of these options: [group], [all-groups]");
        }
        if (describes && count(showsOffsets, showsMembers, state != null) > 1) {
            throw ToolFailure.usage(
                    "Option [describe] takes at most one of these options: [members], [offsets], [state]");
        }
        if (deletesOffsets && (groups.isEmpty() || topics.isEmpty())) {
            throw ToolFailure.missing(groups.isEmpty() ? "group" : "topic");
        }
    }

    private void act(Admin admin, Console console) throws IOException {
        if (lists) {
            list(admin, console);
        } else if (describes) {
            var report = new GroupReport(admin, console);
            if (showsMembers) {
                report.members(wanted(admin), isVerbose);
            } else if (state != null) {
                report.states(wanted(admin));
            } else {
                report.offsets(wanted(admin));
            }
        } else if (deletes) {
            delete(admin, console);
        } else if (deletesOffsets) {
            deleteOffsets(admin, console);
        } else {
            reset(admin, console);
        }
    }

    private List<String> wanted(Admin admin) {
        return isForAll ? ToolRun.await(admin.listGroups()).stream().filter(GroupListing::isOfConsumers)
                .map(GroupListing::groupId).toList() : groups;
    }

    private void list(Admin admin, Console console) {
        var states = texts(state).stream().map(ConsumerGroups::stateNamed).toList();
        var found = ToolRun.await(admin.listGroups(states, texts(type))).stream()
                .filter(GroupListing::isOfConsumers).toList();
        if (state == null && type == null) {
            found.forEach(each -> console.out().println(each.groupId()));
            return;
        }
        var head = new ArrayList<>(List.of("GROUP"));
        var widths = new ArrayList<>(List.of(25));
        if (type != null) {
            head.add("TYPE");
            widths.add(20);
        }
        if (state != null) {
            head.add("STATE");
            widths.add(20);
        }
        var table = new Table(head, widths, "");
        for (var each : found) {
            var cells = new ArrayList<>(List.of(each.groupId()));
            if (type != null) {
                cells.add(capitalised(each.type()));
            }
            if (state != null) {
                cells.add(each.state());
            }
            table.add(cells.toArray());
        }
        table.print(console.out());
    }

    private static List<String> texts(String list) {
        return list == null || list.isBlank() ? List.of()
                : Stream.of(list.split(",", -1)).map(String::strip).toList();
    }

    private static String stateNamed(String text) {
        return Stream.of("PreparingRebalance", "CompletingRebalance", "Stable", "Dead", "Empty", "Assigning",
                "Reconciling").filter(each -> each.equalsIgnoreCase(text)).findFirst()
                .orElseThrow(() -> ToolFailure.of("Invalid state list '" + text
                        + "'. Valid states are: Stable, PreparingRebalance, CompletingRebalance, Empty, Dead,"
                        + " Assigning, Reconciling"));
    }

    private static String capitalised(String text) {
        return text.isEmpty() ? "" : text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    private void delete(Admin admin, Console console) {
        var outcomes = ToolRun.await(admin.deleteConsumerGroups(wanted(admin)));
        var done = outcomes.values().keySet().stream().map(each -> "'" + each + "'")
                .collect(Collectors.joining(", "));
        if (outcomes.failures().isEmpty()) {
            console.out().println("Deletion of requested consumer groups (" + done + ") was successful.");
            return;
        }
        console.out().println();
        console.out().println("Error: Deletion of some consumer groups failed:");
        outcomes.failures().forEach((group, failure) -> console.out().println("* Group '" + group
                + "' could not be deleted due to: " + ToolRun.explain(failure)));
        if (!done.isEmpty()) {
            console.out().println();
            console.out().println("These consumer groups were deleted successfully: " + done);
        }
    }

    private void deleteOffsets(Admin admin, Console console) {
        var group = groups.get(0);
        var scope = new OffsetReset(admin, console).scope(topics);
        var outcomes = ToolRun.await(admin.deleteConsumerGroupOffsets(group, scope));
        console.out().println(outcomes.failures().isEmpty()
                ? "Request succeeded for deleting offsets from group " + group + "."
                : "Encountered some partition-level error, see the follow-up details.");
        console.out().println();
        var table = new Table(List.of("TOPIC", "PARTITION", "STATUS"), List.of(15, 10, 15), "");
        for (var each : scope) {
            var failure = outcomes.failures().get(each);
            table.add(each.topic(), each.partition(),
                    failure == null ? "Successful" : "Error: " + ToolRun.explain(failure));
        }
        table.print(console.out());
    }

    private void reset(Admin admin, Console console) throws IOException {
        if (!isDryRun && !isExecuted) {
            console.err()
                    .println("WARN: Nothing is changed without --execute; say --dry-run if that is meant.");
        }
        if (topics.isEmpty() && !isEveryTopic && fromFile == null) {
            throw ToolFailure.of("One of the reset scopes should be defined: --all-topics, --topic.");
        }
        var reset = new OffsetReset(admin, console);
        var scope = isEveryTopic ? List.<TopicPartition>of() : reset.scope(topics);
        var given = fromFile == null ? Map.<String, Map<TopicPartition, Long>>of()
                : OffsetReset.read(fromFile, groups.isEmpty() ? "" : groups.get(0));
        var target = fromFile == null ? target() : null;
        var results = new TreeMap<String, SortedMap<TopicPartition, Long>>();
        for (var group : wanted(admin)) {
            var to = target != null ? target : new ResetTarget.Given(given.getOrDefault(group, Map.of()));
            results.put(group, reset.reset(group, scope, to, isExecuted));
        }
        reset.print(results, isExported);
    }

    private ResetTarget target() {
        if (count(toEarliest, toLatest, toCurrent, toOffset != null, toDateTime != null, byDuration != null,
                shiftBy != null) != 1) {
            throw ToolFailure.usage("Option '--reset-offsets' requires one scenario: --to-offset, --shift-by,"
                    + " --to-datetime, --by-duration, --to-earliest, --to-latest, --to-current, --from-file");
        }
        if (toEarliest || toLatest) {
            return new ResetTarget.Place(toEarliest ? OffsetSpec.EARLIEST : OffsetSpec.LATEST);
        } else if (toOffset != null) {
            return new ResetTarget.Offset(toOffset);
        } else if (shiftBy != null) {
            return new ResetTarget.Shift(shiftBy);
        } else if (toDateTime != null) {
            return ResetTarget.dateTime(toDateTime);
        }
        return byDuration != null ? ResetTarget.duration(byDuration) : new ResetTarget.Current();
    }
}
