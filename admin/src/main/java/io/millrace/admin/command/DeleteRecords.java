package io.millrace.admin.command;

import io.millrace.admin.command.line.Cluster;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.Json;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.protocol.cluster.TopicPartition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bin/millrace-delete-records.sh}: deletes the records before given offsets. */
@Command(name = "millrace-delete-records.sh", sortOptions = false, description = "Deletes the records before given offsets.")
public final class DeleteRecords implements Tool {
    @Mixin private Cluster cluster = new Cluster();

    @Option(names = "--offset-json-file", paramLabel = "FILE", description = {
        "{\"partitions\": [{\"topic\": \"foo\", \"partition\": 1, \"offset\": 7}], \"version\": 1}",
        "Offset -1 deletes all that is there."}) private Path file;

    /** Runs the tool. */
    public static void main(String[] arguments) {
        ToolRun.main(new DeleteRecords(), arguments);
    }

    @Override
    public int run(Console console) throws IOException {
        if (!cluster.isGiven()) {
            throw ToolFailure.missing("bootstrap-server");
        }
        if (file == null) {
            throw ToolFailure.missing("offset-json-file");
        }
        var before = new TreeMap<TopicPartition, Long>();
        for (var each : Json.objects(file, "partitions")) {
            var partition = new TopicPartition(Json.field(each, "topic", String.class),
                    Json.field(each, "partition", Long.class).intValue());
            if (before.put(partition, Json.field(each, "offset", Long.class)) != null) {
                throw ToolFailure.of("Offset json file contains duplicate topic partitions: " + partition);
            }
        }
        try (var admin = cluster.open()) {
            console.out().println("Executing records delete operation");
            var outcomes = ToolRun.await(admin.deleteRecords(before));
            console.out().println("Records delete operation completed:");
            for (var partition : before.keySet()) {
                var failure = outcomes.failures().get(partition);
                console.out().println("partition: " + partition + (failure == null
                        ? "\tlow_watermark: " + outcomes.get(partition)
                        : "\terror: " + ToolRun.explain(failure)));
            }
            return 0;
        }
    }
}
