package io.millrace.admin.command.noun;

import io.millrace.admin.Admin;
import io.millrace.admin.cluster.BrokerDescription;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.placement.LogDirDescription;
import io.millrace.admin.topic.PartitionDescription;
import io.millrace.admin.topic.TopicListing;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;

/** Looks at a cluster as its clients see it, and says what is wrong and how to mend it. Used by one thread. */
@Command(name = "millrace doctor", description = {
    "Checks a cluster from a client's side: advertised addresses, partitions, groups, disks.",
    "Ends with status 1 if something is wrong."})
final class Doctor implements Verb {
    private static final int CONNECT_MS = 3_000;
    private static final double LEAST_FREE = 0.1;
    private static final int MOST_NAMES = 3;

    private final Sheet sheet = Sheet.of("check", "state", "finding", "mend");

    @Override
    public Sheet act(Admin admin) {
        var brokers = ToolRun.await(admin.describeCluster(true)).brokers();
        addresses(brokers);
        partitions(admin);
        groups(admin);
        disks(admin, brokers.stream().filter(each -> !each.isFenced()).map(BrokerDescription::id).toList());
        return sheet;
    }

    private void tell(String check, List<String> trouble, String good, String mend) {
        if (trouble.isEmpty()) {
            sheet.row(check, "ok", good, null);
        } else {
            sheet.bad();
            int more = trouble.size() - MOST_NAMES;
            sheet.row(check, "WRONG",
                    String.join(", ", trouble.subList(0, Math.min(MOST_NAMES, trouble.size())))
                            + (more > 0 ? " and " + more + " more" : ""),
                    mend);
        }
    }

    private void addresses(List<BrokerDescription> brokers) {
        var unreachable = new ArrayList<String>();
        var fenced = new ArrayList<String>();
        for (var each : brokers) {
            if (each.isFenced()) {
                fenced.add("broker " + each.id());
            } else {
                try (var socket = new Socket()) {
                    socket.connect(new InetSocketAddress(each.host(), each.port()), CONNECT_MS);
                } catch (IOException | IllegalArgumentException e) {
                    unreachable.add("broker " + each.id() + " at " + each.host() + ":" + each.port() + " ("
                            + e.getMessage() + ")");
                }
            }
        }
        tell("brokers", fenced, brokers.size() + " serve",
                "start them again, or forget them: millrace-cluster-id.sh"
                        + " unregister --id ID");
        tell("advertised addresses", unreachable, "all can be reached from here",
                "set advertised.listeners of the broker to an address that clients reach");
    }

    private void partitions(Admin admin) {
        var names = ToolRun.await(admin.listTopics()).stream().map(TopicListing::name).toList();
        var leaderless = new ArrayList<String>();
        var behind = new ArrayList<String>();
        int count = 0;
        for (var topic : ToolRun.await(admin.describeTopics(names)).values().values()) {
            for (PartitionDescription each : topic.partitions()) {
                count++;
                if (!each.hasLeader()) {
                    leaderless.add(topic.name() + "-" + each.partition());
                } else if (each.isUnderReplicated()) {
                    behind.add(topic.name() + "-" + each.partition() + " (in sync: " + each.inSyncReplicas()
                            + " of " + each.replicas() + ")");
                }
            }
        }
        tell("leaders", leaderless, "all of " + count + " partitions are led",
                "start the brokers of their replicas; as a last resort millrace-leader-election.sh --election-type unclean");
        tell("replicas", behind, "all are in sync",
                "start the missing brokers, or look at their logs and disks");
    }

    private void groups(Admin admin) {
        var stuck = new ArrayList<String>();
        var groups = ToolRun.await(admin.listGroups());
        for (var each : groups) {
            if (each.state().endsWith("Rebalance")) {
                stuck.add(each.groupId() + " (" + each.state() + ")");
            }
        }
        tell("groups", stuck, groups.size() + " groups, none rebalances",
                "a member that does not poll holds the others up: see millrace group describe, and its"
                        + " max.poll.interval.ms");
    }

    private void disks(Admin admin, List<Integer> brokerIds) {
        var bad = new ArrayList<String>();
        var full = new ArrayList<String>();
        ToolRun.await(admin.describeLogDirs(brokerIds)).values().forEach((id, directories) -> {
            for (LogDirDescription each : directories) {
                if (each.error() != ErrorCode.NONE) {
                    bad.add("broker " + id + ": " + each.path() + " (" + each.error() + ")");
                } else if (each.totalBytes() > 0 && each.usableBytes() < LEAST_FREE * each.totalBytes()) {
                    full.add("broker " + id + ": " + each.path() + " has "
                            + each.usableBytes() * 100 / each.totalBytes() + " % left");
                }
            }
        });
        tell("log directories", bad, "all are in use", "replace the disk, then start the broker again");
        tell("disk space", full, "more than a tenth is free everywhere",
                "shorten retention, or move replicas: millrace-reassign-partitions.sh");
    }
}
