package io.millrace.admin.command;

import io.millrace.admin.Admin;
import io.millrace.admin.command.line.Cluster;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.NamePattern;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.topic.NewPartitions;
import io.millrace.admin.topic.NewTopic;
import io.millrace.admin.topic.TopicDescription;
import io.millrace.admin.topic.TopicListing;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bin/millrace-topics.sh}: creates, deletes, lists, describes and grows topics. */
@Command(name = "millrace-topics.sh", sortOptions = false, description = "Creates, deletes, describes, lists or grows topics.")
public final class Topics implements Tool {
    @Mixin private Cluster cluster = new Cluster();

    @Option(names = "--create", description = "Create a topic.") private boolean creates;

    @Option(names = "--delete", description = "Delete topics.") private boolean deletes;

    @Option(names = "--list", description = "List topics.") private boolean lists;

    @Option(names = "--describe", description = "Show topics with their partitions.") private boolean describes;

    @Option(names = "--alter", description = "Raise the number of partitions.") private boolean alters;

    @Option(names = "--topic", paramLabel = "NAME", description = "The topic; a regular expression or a list with commas, unless it is to be created.") private String topic;

    @Option(names = "--topic-id", paramLabel = "ID", description = "The topic's id, to describe it.") private String topicId;

    @Option(names = "--partitions", paramLabel = "COUNT", description = "How many partitions; the broker's default if absent.") private Integer partitions;

    @Option(names = "--replication-factor", paramLabel = "COUNT", description = "How many replicas of each partition; the broker's default if absent.") private Short replicationFactor;

    @Option(names = "--replica-assignment", paramLabel = "IDS", description = "Brokers of each partition: 1:2,2:3 places two partitions.") private String assignment;

    @Option(names = "--config", paramLabel = "NAME=VALUE", description = "A setting of the new topic; may be repeated.") private List<String> configs = List
            .of();

    @Option(names = "--if-exists", description = "Do nothing if there is no such topic.") private boolean ifExists;

    @Option(names = "--if-not-exists", description = "Do nothing if the topic is there.") private boolean ifNotExists;

    @Option(names = "--exclude-internal", description = "Leave out the cluster's own topics.") private boolean excludesInternal;

    @Option(names = "--under-replicated-partitions", description = "Only partitions with replicas that are not in sync.") private boolean onlyUnderReplicated;

    @Option(names = "--unavailable-partitions", description = "Only partitions without a leader.") private boolean onlyUnavailable;

    @Option(names = "--under-min-isr-partitions", description = "Only partitions with fewer in-sync replicas than min.insync.replicas.") private boolean onlyUnderMinIsr;

    @Option(names = "--at-min-isr-partitions", description = "Only partitions with just min.insync.replicas in sync.") private boolean onlyAtMinIsr;

    @Option(names = "--topics-with-overrides", description = "Only topics with settings of their own.") private boolean onlyOverrides;

    @Option(names = "--partition-size-limit-per-response", defaultValue = "2000", paramLabel = "COUNT", description = "Partitions per answer of a broker.") private int pageSize;

    /** Runs the tool. */
    public static void main(String[] arguments) {
        ToolRun.main(new Topics(), arguments);
    }

    @Override
    public int run(Console console) throws IOException {
        if (Stream.of(creates, deletes, lists, describes, alters).filter(each -> each).count() != 1) {
            throw ToolFailure.usage(
                    "Command must include exactly one action: --list, --describe, --create, --alter or --delete");
        }
        checkFlags();
        try (var admin = cluster.open()) {
            act(admin, console);
            return 0;
        } catch (RuntimeException failure) {
            console.out().println("Error while executing topic command : " + ToolRun.explain(failure));
            return 1;
        }
    }

    private void checkFlags() {
        if (!cluster.isGiven()) {
            throw ToolFailure.missing("bootstrap-server");
        }
        if ((creates || alters || deletes) && topic == null) {
            throw ToolFailure.missing("topic");
        }
        if (alters && partitions == null) {
            throw ToolFailure.missing("partitions");
        }
        if (creates && assignment != null && (partitions != null || replicationFactor != null)) {
            throw ToolFailure.usage("Option \"[replica-assignment]\" can't be used with option \""
                    + (partitions != null ? "[partitions]" : "[replication-factor]") + "\"");
        }
        if (describes && Stream.of(onlyUnderReplicated, onlyUnavailable, onlyUnderMinIsr, onlyAtMinIsr,
                onlyOverrides).filter(each -> each).count() > 1) {
            throw ToolFailure.usage("Only one of the options that select partitions can be given");
        }
    }

    private void act(Admin admin, Console console) {
        if (creates) {
            create(admin, console);
        } else if (lists) {
            matching(admin).forEach(each -> console.out().println(each.name()));
        } else if (describes) {
            describe(admin, console);
        } else if (alters) {
            grow(admin);
        } else {
            var names = required(admin).stream().map(TopicListing::name).toList();
            ToolRun.await(admin.deleteTopics(names)).all();
        }
    }

    private void create(Admin admin, Console console) {
        if (topic.contains(".") || topic.contains("_")) {
            console.out().println("WARNING: Due to limitations in metric names, topics with a period ('.') or"
                    + " underscore ('_') could collide. To avoid issues it is best to use either, but not both.");
        }
        var counts = assignment == null
                ? new NewTopic(topic, partitions == null ? -1 : partitions,
                        replicationFactor == null ? -1 : replicationFactor)
                : new NewTopic(topic, assignments(0));
        var settings = new HashMap<String, String>();
        for (var config : configs) {
            int equals = config.indexOf('=');
            if (equals <= 0) {
                throw ToolFailure.of("Invalid topic config: " + config + ", must be name=value");
            }
            settings.put(config.substring(0, equals).strip(), config.substring(equals + 1).strip());
        }
        var outcome = ToolRun.await(admin.createTopics(List.of(counts.withConfigs(settings))));
        var failure = outcome.failures().get(topic);
        boolean isThere = failure instanceof ApiException refusal
                && refusal.errorCode() == ErrorCode.TOPIC_ALREADY_EXISTS;
        if (!(isThere && ifNotExists)) {
            outcome.all();
            console.out().println("Created topic " + topic + ".");
        }
    }

    /** The replicas of each partition from the first one on. */
    private Map<Integer, List<Integer>> assignments(int firstPartition) {
        var all = new TreeMap<Integer, List<Integer>>();
        var partitionsGiven = assignment.split(",", -1);
        for (int i = firstPartition; i < partitionsGiven.length; i++) {
            try {
                all.put(i, Stream.of(partitionsGiven[i].split(":", -1)).map(String::strip)
                        .map(Integer::valueOf).toList());
            } catch (NumberFormatException e) {
                throw ToolFailure.of("Invalid replica assignment " + partitionsGiven[i]
                        + ": must be broker ids with colons between them");
            }
        }
        return all;
    }

    private List<TopicListing> matching(Admin admin) {
        var pattern = new NamePattern(topic);
        return ToolRun.await(admin.listTopics()).stream()
                .filter(each -> pattern.matches(each.name()) && !(excludesInternal && each.isInternal()))
                .toList();
    }

    /** Those that are meant; a name that nobody has is a failure, unless the user says otherwise. */
    private List<TopicListing> required(Admin admin) {
        var found = topicId == null ? matching(admin) : byId(admin);
        if (found.isEmpty() && (topic != null || topicId != null) && !ifExists) {
            throw ToolFailure.of(topicId != null ? "TopicId '" + topicId + "' does not exist as expected"
                    : "Topic '" + topic + "' does not exist as expected");
        }
        return found;
    }

    private List<TopicListing> byId(Admin admin) {
        Uuid id;
        try {
            id = Uuid.parse(topicId);
        } catch (IllegalArgumentException e) {
            throw ToolFailure.of("Invalid topic id " + topicId + ": must be 22 characters of base64");
        }
        return ToolRun.await(admin.listTopics()).stream().filter(each -> each.id().equals(id)).toList();
    }

    private void grow(Admin admin) {
        var names = required(admin).stream().map(TopicListing::name).toList();
        var known = ToolRun.await(admin.describeTopics(names)).all();
        var counts = new TreeMap<String, NewPartitions>();
        known.forEach((name, description) -> counts.put(name, newPartitions(description)));
        if (!counts.isEmpty()) {
            ToolRun.await(admin.createPartitions(counts)).all();
        }
    }

    private NewPartitions newPartitions(TopicDescription known) {
        return assignment == null ? NewPartitions.increaseTo(partitions)
                : new NewPartitions(partitions, List.copyOf(assignments(known.partitions().size()).values()));
    }

    private void describe(Admin admin, Console console) {
        var names = required(admin).stream().map(TopicListing::name).toList();
        var kind = onlyUnderReplicated ? TopicReport.Kind.UNDER_REPLICATED
                : onlyUnavailable ? TopicReport.Kind.UNAVAILABLE
                        : onlyUnderMinIsr ? TopicReport.Kind.UNDER_MIN_ISR
                                : onlyAtMinIsr ? TopicReport.Kind.AT_MIN_ISR
                                        : onlyOverrides ? TopicReport.Kind.WITH_OVERRIDES
                                                : TopicReport.Kind.ALL;
        new TopicReport(admin, kind, pageSize).print(names, console.out());
    }
}
