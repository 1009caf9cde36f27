package io.millrace.admin.command;

import io.millrace.admin.command.line.Cluster;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.Json;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.command.reassign.Plan;
import io.millrace.admin.command.reassign.Reassigner;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bin/millrace-reassign-partitions.sh}: moves replicas between brokers and disks by a plan. */
@Command(name = "millrace-reassign-partitions.sh", sortOptions = false, description = "Moves replicas between brokers and disks by a plan.")
public final class ReassignPartitions implements Tool {
    @Mixin private Cluster cluster = new Cluster();

    @Option(names = "--generate", description = "Propose a plan; changes nothing.") private boolean generates;

    @Option(names = "--execute", description = "Begin what a plan says.") private boolean executes;

    @Option(names = "--verify", description = "Say how far a plan is, and lift its limits when it is done.") private boolean verifies;

    @Option(names = "--cancel", description = "Call off what of a plan is under way.") private boolean cancels;

    @Option(names = "--list", description = "Show what moves.") private boolean lists;

    @Option(names = "--reassignment-json-file", paramLabel = "FILE", description = "The plan.") private Path planFile;

    @Option(names = "--topics-to-move-json-file", paramLabel = "FILE", description = "With --generate: {\"topics\": [{\"topic\": \"foo\"}], \"version\": 1}") private Path topicsFile;

    @Option(names = "--broker-list", split = ",", paramLabel = "IDS", description = "With --generate: brokers to spread over.") private List<Integer> brokers = List
            .of();

    @Option(names = "--disable-rack-aware", description = "With --generate: do not look at racks.") private boolean ignoresRacks;

    @Option(names = "--throttle", defaultValue = "-1", paramLabel = "BYTES", description = "Bytes per second between brokers, at most.") private long bytesPerSecond;

    @Option(names = "--preserve-throttles", description = "Leave limits as they are.") private boolean keepsThrottles;

    @Option(names = "--additional", description = "Although other moves are under way.") private boolean isAdditional;

    @Option(names = "--disallow-replication-factor-change", description = "Refuse plans with more or fewer replicas.") private boolean keepsFactor;

    @SuppressWarnings("UnusedVariable") // accepted as Kafka's tool does; the client has its own patience
    @Option(names = "--timeout", paramLabel = "MS", description = "Accepted and ignored.") private Long timeoutMs;

    /** Runs the tool. */
    public static void main(String[] arguments) {
        ToolRun.main(new ReassignPartitions(), arguments);
    }

    @Override
    public int run(Console console) throws IOException {
        if (Stream.of(generates, executes, verifies, cancels, lists).filter(each -> each).count() != 1) {
            throw ToolFailure.usage(
                    "Command must include exactly one action: --generate, --execute, --verify, --cancel, --list");
        }
        if (generates && (topicsFile == null || brokers.isEmpty())) {
            throw ToolFailure.missing(topicsFile == null ? "topics-to-move-json-file" : "broker-list");
        }
        if (!generates && !lists && planFile == null) {
            throw ToolFailure.missing("reassignment-json-file");
        }
        try (var admin = cluster.open()) {
            var reassigner = new Reassigner(admin, console.out());
            if (generates) {
                reassigner.generate(Json.objects(topicsFile, "topics").stream()
                        .map(each -> Json.field(each, "topic", String.class)).toList(), brokers,
                        ignoresRacks);
            } else if (executes) {
                reassigner.execute(Plan.read(planFile), isAdditional, !keepsFactor, bytesPerSecond);
            } else if (verifies) {
                reassigner.verify(Plan.read(planFile), keepsThrottles);
            } else if (cancels) {
                reassigner.cancel(Plan.read(planFile), keepsThrottles);
            } else {
                reassigner.list();
            }
            return 0;
        } catch (RuntimeException failure) {
            console.out().println("Error: " + ToolRun.explain(failure));
            return 1;
        }
    }
}
