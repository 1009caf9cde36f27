package io.millrace.admin.command;

import io.millrace.admin.Admin;
import io.millrace.admin.command.line.Cluster;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.PartitionFilter;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.offset.OffsetSpec;
import io.millrace.admin.topic.TopicListing;
import io.millrace.protocol.cluster.TopicPartition;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bin/millrace-get-offsets.sh}: the offsets of partitions by place or time. */
@Command(name = "millrace-get-offsets.sh", sortOptions = false, description = "Shows offsets of partitions, as topic:partition:offset.")
public final class GetOffsets implements Tool {
    @Mixin private Cluster cluster = new Cluster();

    @Option(names = "--topic", paramLabel = "NAME", description = "Only these topics; a regular expression or a list with commas.") private String topic;

    @Option(names = "--partitions", paramLabel = "IDS", description = "Only these partitions of each topic; separated by commas.") private String partitions;

    @Option(names = "--topic-partitions", paramLabel = "LIST", description = "Only these: topic:0,topic:2-5,topic:7- and so on; topics may be regular expressions.") private String topicPartitions;

    @Option(names = "--time", defaultValue = "latest", paramLabel = "TIME", description = "latest, earliest, max-timestamp, earliest-local, latest-tiered, earliest-pending-upload, or milliseconds since 1970.") private String time;

    @Option(names = "--exclude-internal-topics", description = "Leave out the cluster's own topics.") private boolean excludesInternal;

    /** Runs the tool. */
    public static void main(String[] arguments) {
        ToolRun.main(new GetOffsets(), arguments);
    }

    @Override
    public int run(Console console) throws IOException {
        if (!cluster.isGiven()) {
            throw ToolFailure.missing("bootstrap-server");
        }
        if (topicPartitions != null && (topic != null || partitions != null)) {
            throw ToolFailure.of("--topic-partitions cannot be used with --topic or --partitions");
        }
        try (var admin = cluster.open()) {
            print(admin, spec(), console);
            return 0;
        } catch (RuntimeException e) {
            throw ToolFailure.of("Error occurred: " + ToolRun.explain(e));
        }
    }

    private OffsetSpec spec() {
        return switch (time) {
            case "latest" -> OffsetSpec.LATEST;
            case "earliest" -> OffsetSpec.EARLIEST;
            case "max-timestamp" -> OffsetSpec.MAX_TIMESTAMP;
            case "earliest-local" -> OffsetSpec.EARLIEST_LOCAL;
            case "latest-tiered" -> OffsetSpec.LATEST_TIERED;
            case "earliest-pending-upload" -> OffsetSpec.EARLIEST_PENDING_UPLOAD;
            default -> new OffsetSpec(timestamp());
        };
    }

    private long timestamp() {
        try {
            return Long.parseLong(time);
        } catch (NumberFormatException e) {
            throw ToolFailure
                    .of("Malformed time argument " + time + ". Please use -1 or latest / -2 or earliest"
                            + " / -3 or max-timestamp / -4 or earliest-local / -5 or latest-tiered"
                            + " / -6 or earliest-pending-upload, or a specified long format timestamp");
        }
    }

    private void print(Admin admin, OffsetSpec spec, Console console) {
        var filter = topicPartitions == null ? PartitionFilter.of(topic, partitions)
                : PartitionFilter.parse(topicPartitions);
        var specs = new TreeMap<TopicPartition, OffsetSpec>(Comparator.comparing(TopicPartition::toString));
        for (var each : wanted(admin, filter)) {
            specs.put(each, spec);
        }
        if (specs.isEmpty()) {
            throw ToolFailure.of("Could not match any topic-partitions with the specified filters");
        }
        var offsets = ToolRun.await(admin.listOffsets(specs));
        for (var partition : specs.keySet()) {
            var failure = offsets.failures().get(partition);
            if (failure != null) {
                console.err().println("Skip getting offsets for topic-partition " + partition
                        + " due to error: " + ToolRun.explain(failure));
            } else if (offsets.get(partition).isFound()) {
                console.out().println(partition.topic() + ":" + partition.partition() + ":"
                        + offsets.get(partition).offset());
            }
        }
    }

    private List<TopicPartition> wanted(Admin admin, PartitionFilter filter) {
        var topics = ToolRun.await(admin.listTopics()).stream()
                .filter(each -> filter.matchesTopic(each.name()) && !(excludesInternal && each.isInternal()))
                .map(TopicListing::name).toList();
        return ToolRun.await(admin.describeTopics(topics)).all().values().stream()
                .flatMap(each -> each.partitions().stream()
                        .map(partition -> new TopicPartition(each.name(), partition.partition())))
                .filter(filter::matches).toList();
    }
}
