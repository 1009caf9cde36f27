package io.millrace.admin.command;

import io.millrace.admin.command.line.Cluster;
import io.millrace.admin.command.line.Console;
import io.millrace.admin.command.line.Tool;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bin/millrace-cluster-id.sh}: the cluster's id and endpoints, and the way to forget a broker. */
@Command(name = "millrace-cluster-id.sh", sortOptions = false, description = "Shows the cluster's id, lists its endpoints, or forgets a broker.")
public final class ClusterInfo implements Tool {
    private static final String ROW = "%-10s %-9s %-10s %-10s %-10s %-15s%n";

    @Parameters(index = "0", arity = "0..1", defaultValue = "cluster-id", paramLabel = "ACTION", description = "cluster-id (default), list-endpoints or unregister.") private String action;

    @Mixin private Cluster cluster = new Cluster();

    @Option(names = {"--id",
        "-i"}, paramLabel = "ID", description = "The broker to unregister.") private Integer id;

    @Option(names = "--include-fenced-brokers", description = "List brokers that are out of service, too.") private boolean includesFenced;

    /** Runs the tool. */
    public static void main(String[] arguments) {
        ToolRun.main(new ClusterInfo(), arguments);
    }

    @Override
    public int run(Console console) throws IOException {
        try (var admin = cluster.open()) {
            switch (action) {
                case "cluster-id" -> console.out()
                        .println("Cluster ID: " + ToolRun.await(admin.describeCluster()).clusterId());
                case "list-endpoints" -> {
                    console.out().printf(ROW, "ID", "HOST", "PORT", "RACK", "STATE", "ENDPOINT_TYPE");
                    ToolRun.await(admin.describeCluster(includesFenced)).brokers()
                            .forEach(each -> console.out().printf(ROW, each.id(), each.host(), each.port(),
                                    each.rack(), each.isFenced() ? "fenced" : "unfenced", "broker"));
                }
                case "unregister" -> {
                    if (id == null) {
                        throw ToolFailure.missing("id");
                    }
                    ToolRun.await(admin.unregisterBroker(id));
                    console.out().println("Broker " + id + " is no longer registered.");
                }
                default -> throw ToolFailure.usage("Unknown action " + action
                        + ": must be cluster-id, list-endpoints or unregister");
            }
            return 0;
        }
    }
}
