package io.millrace.admin.command;

import io.millrace.admin.Admin;
import io.millrace.admin.command.line.Cluster;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.Json;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.topic.PartitionDescription;
import io.millrace.admin.topic.TopicListing;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code bin/millrace-metadata.sh}: what the brokers hold to be the state of the cluster, a line of JSON for each thing. */
@Command(name = "millrace-metadata.sh", sortOptions = false, description = "Shows the cluster, its brokers and its partitions as brokers see them, a line of JSON each.")
public final class MetadataImage implements Tool {
    @Mixin private Cluster cluster = new Cluster();

    /** Runs the tool. */
    public static void main(String[] arguments) {
        ToolRun.main(new MetadataImage(), arguments);
    }

    @Override
    public int run(Console console) throws IOException {
        try (var admin = cluster.open()) {
            var known = ToolRun.await(admin.describeCluster(true));
            say(console, "cluster", Json.object("id", known.clusterId(), "controller", known.controllerId()));
            known.brokers()
                    .forEach(each -> say(console, "broker", Json.object("id", each.id(), "host", each.host(),
                            "port", each.port(), "rack", each.rack(), "fenced", each.isFenced())));
            topics(admin, console);
            return 0;
        }
    }

    private static void topics(Admin admin, Console console) {
        var names = ToolRun.await(admin.listTopics()).stream().map(TopicListing::name).toList();
        for (var topic : ToolRun.await(admin.describeTopics(names)).values().values()) {
            say(console, "topic",
                    Json.object("name", topic.name(), "id", topic.id(), "internal", topic.isInternal(),
                            "partitions", topic.partitions().size()));
            for (PartitionDescription each : topic.partitions()) {
                say(console, "partition",
                        Json.object("topic", topic.name(), "partition", each.partition(), "leader",
                                each.leaderId(), "replicas", each.replicas(), "isr", each.inSyncReplicas(),
                                "elr",
                                each.eligibleLeaders()));
            }
        }
        ToolRun.await(admin.listPartitionReassignments(null))
                .forEach((partition, move) -> say(console, "move",
                        Json.object("topic", partition.topic(), "partition", partition.partition(),
                                "replicas",
                                move.replicas(), "adding", move.adding(), "removing", move.removing())));
    }

    private static void say(Console console, String kind, Map<String, Object> fields) {
        var line = Json.object("kind", kind);
        line.putAll(fields);
        console.out().println(Json.text(line));
    }
}
