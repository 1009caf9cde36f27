package io.millrace.admin.command.noun;

import io.millrace.admin.Admin;
import io.millrace.admin.command.line.ToolRun;
import picocli.CommandLine.Command;

/** What can be done with a cluster as a whole. */
final class ClusterNoun {
    private ClusterNoun() {}

    @Command(name = "millrace cluster show", description = "Shows the brokers.")
    static final class Show implements Verb {
        @Override
        public Sheet act(Admin admin) {
            var cluster = ToolRun.await(admin.describeCluster(true));
            var sheet = Sheet.of("broker", "host", "port", "rack", "state", "controller", "cluster");
            cluster.brokers().forEach(each -> sheet.row(each.id(), each.host(), each.port(), each.rack(),
                    each.isFenced() ? "fenced" : "serving", each.id() == cluster.controllerId(),
                    cluster.clusterId()));
            return sheet;
        }
    }
}
