package io.millrace.admin.command;

import io.millrace.admin.command.line.Cluster;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.Json;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.operation.Outcomes;
import io.millrace.admin.placement.ElectionType;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bin/millrace-leader-election.sh}: elects preferred leaders, or any replica where none in sync lives. */
@Command(name = "millrace-leader-election.sh", sortOptions = false, description = "Elects leaders of partitions.")
public final class LeaderElection implements Tool {
    @Mixin private Cluster cluster = new Cluster();

    @Option(names = "--election-type", paramLabel = "TYPE", description = "preferred: the first replica, if in sync; unclean: any replica that lives, where none in sync does, at the risk of losing records.") private String type;

    @Option(names = "--topic", paramLabel = "NAME", description = "With --partition: one partition.") private String topic;

    @Option(names = "--partition", paramLabel = "ID", description = "Its number.") private Integer partition;

    @Option(names = "--all-topic-partitions", description = "Every partition that needs it.") private boolean everywhere;

    @Option(names = "--path-to-json-file", paramLabel = "FILE", description = "{\"partitions\": [{\"topic\": \"foo\", \"partition\": 1}]}") private Path file;

    /** Runs the tool. */
    public static void main(String[] arguments) {
        ToolRun.main(new LeaderElection(), arguments);
    }

    @Override
    public int run(Console console) throws IOException {
        var missing = Stream
                .of(cluster.isGiven() ? "" : "bootstrap-server", type == null ? "election-type" : "",
                        topic != null && partition == null ? "partition" : "",
                        partition != null && topic == null ? "topic" : "")
                .filter(each -> !each.isEmpty()).collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw ToolFailure.usage("Missing required option(s): " + missing);
        }
        if (Stream.of(topic != null, everywhere, file != null).filter(each -> each).count() != 1) {
            throw ToolFailure.usage(
                    "One and only one of the following options is required: topic, all-topic-partitions, path-to-json-file");
        }
        var election = election();
        var partitions = partitions();
        try (var admin = cluster.open()) {
            return report(election, ToolRun.await(admin.electLeaders(election, partitions)), console);
        }
    }

    private ElectionType election() {
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "preferred" -> ElectionType.PREFERRED;
            case "unclean" -> ElectionType.UNCLEAN;
            default ->
                throw ToolFailure.usage("Invalid election type " + type + ": must be preferred or unclean");
        };
    }

    /** Null stands for all. */
    private Set<TopicPartition> partitions() {
        if (everywhere) {
            return null;
        }
        if (topic != null) {
            return Set.of(new TopicPartition(topic, partition));
        }
        var named = new TreeSet<TopicPartition>();
        for (var each : Json.objects(file, "partitions")) {
            var one = new TopicPartition(Json.field(each, "topic", String.class),
                    Json.field(each, "partition", Long.class).intValue());
            if (!named.add(one)) {
                throw ToolFailure.of("Replica election data contains duplicate partitions: " + one);
            }
        }
        return named;
    }

    private static int report(ElectionType type, Outcomes<TopicPartition, Void> outcomes, Console console) {
        var failed = new TreeMap<TopicPartition, RuntimeException>();
        var unneeded = new TreeSet<TopicPartition>();
        outcomes.failures().forEach((partition, failure) -> {
            if (failure instanceof ApiException refusal
                    && refusal.errorCode() == ErrorCode.ELECTION_NOT_NEEDED) {
                unneeded.add(partition);
            } else {
                failed.put(partition, failure);
            }
        });
        if (!outcomes.values().isEmpty()) {
            console.out().println("Successfully completed leader election (" + type + ") for partitions "
                    + list(outcomes.values().keySet()));
        }
        if (!unneeded.isEmpty()) {
            console.out().println("Valid replica already elected for partitions " + list(unneeded));
        }
        failed.forEach((partition, failure) -> console.out().println("Error completing leader election ("
                + type + ") for partition: " + partition + ": " + ToolRun.explain(failure)));
        if (!failed.isEmpty()) {
            throw ToolFailure.of(failed.size() + " replica(s) could not be elected");
        }
        return 0;
    }

    private static String list(Collection<TopicPartition> partitions) {
        return new TreeSet<>(partitions).stream().map(TopicPartition::toString)
                .collect(Collectors.joining(", "));
    }
}
