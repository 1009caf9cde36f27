package io.millrace.admin.command;

import io.millrace.admin.Admin;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.config.ConfigEntry;
import io.millrace.admin.config.ConfigResource;
import io.millrace.admin.placement.Reassignment;
import io.millrace.admin.topic.PartitionDescription;
import io.millrace.admin.topic.TopicDescription;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.wire.ApiException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Prints topics and their partitions, a line each, all of them or those with a certain trouble. */
final class TopicReport {
    private final Admin admin;
    private final Kind kind;
    private final int pageSize;

    /** What is shown. */
    enum Kind {
        ALL, WITH_OVERRIDES, UNDER_REPLICATED, UNAVAILABLE, UNDER_MIN_ISR, AT_MIN_ISR;

        private boolean needsMinIsr() {
            return this == UNDER_MIN_ISR || this == AT_MIN_ISR;
        }

        private boolean showsTopics() {
            return this == ALL || this == WITH_OVERRIDES;
        }
    }

    TopicReport(Admin admin, Kind kind, int pageSize) {
        this.admin = admin;
        this.kind = kind;
        this.pageSize = pageSize;
    }

    void print(List<String> names, PrintStream out) {
        if (names.isEmpty()) {
            return;
        }
        var topics = ToolRun.await(admin.describeTopics(names, pageSize)).all();
        var moving = reassignments(topics.values());
        var configs = kind.showsTopics() || kind.needsMinIsr() ? configs(names)
                : Map.<String, List<ConfigEntry>>of();
        for (var topic : topics.values()) {
            var own = configs.getOrDefault(topic.name(), List.of());
            if (kind.showsTopics()) {
                head(topic, own, moving, out);
            }
            if (kind != Kind.WITH_OVERRIDES) {
                int minIsr = kind.needsMinIsr() ? minIsr(own) : 0;
                topic.partitions().stream().filter(each -> isShown(each, minIsr))
                        .forEach(each -> line(topic.name(), each,
                                moving.get(new TopicPartition(topic.name(), each.partition())), out));
            }
        }
    }

    private Map<String, List<ConfigEntry>> configs(List<String> names) {
        var found = new TreeMap<String, List<ConfigEntry>>();
        ToolRun.await(admin.describeConfigs(names.stream().map(ConfigResource::topic).toList())).all()
                .forEach((resource, entries) -> found.put(resource.name(), entries));
        return found;
    }

    /** What moves; nothing if the cluster is too old, or does not want to say. */
    private SortedMap<TopicPartition, Reassignment> reassignments(Collection<TopicDescription> topics) {
        var partitions = new ArrayList<TopicPartition>();
        topics.forEach(topic -> topic.partitions()
                .forEach(each -> partitions.add(new TopicPartition(topic.name(), each.partition()))));
        try {
            return ToolRun.await(admin.listPartitionReassignments(partitions));
        } catch (ApiException e) {
            return new TreeMap<>();
        }
    }

    private static int minIsr(List<ConfigEntry> configs) {
        return configs.stream().filter(each -> each.name().equals("min.insync.replicas"))
                .map(each -> Integer.valueOf(each.value())).findFirst().orElse(1);
    }

    private boolean isShown(PartitionDescription partition, int minIsr) {
        return switch (kind) {
            case ALL, WITH_OVERRIDES -> true;
            case UNDER_REPLICATED -> partition.isUnderReplicated();
            case UNAVAILABLE -> !partition.hasLeader();
            case UNDER_MIN_ISR -> partition.inSyncReplicas().size() < minIsr;
            case AT_MIN_ISR -> partition.inSyncReplicas().size() == minIsr;
        };
    }

    private void head(TopicDescription topic, List<ConfigEntry> configs,
            Map<TopicPartition, Reassignment> moving, PrintStream out) {
        var overrides = configs.stream().filter(each -> !each.isDefault())
                .map(each -> each.name() + "=" + each.value()).collect(Collectors.joining(","));
        if (kind == Kind.ALL || !overrides.isEmpty()) {
            var first = moving.get(new TopicPartition(topic.name(), 0));
            int replicas = topic.replicationFactor() - (first == null ? 0 : first.adding().size());
            out.println("Topic: " + topic.name() + "\tTopicId: " + topic.id() + "\tPartitionCount: "
                    + topic.partitions().size() + "\tReplicationFactor: " + replicas + "\tConfigs: "
                    + overrides);
        }
    }

    private static void line(String topic, PartitionDescription partition, Reassignment move,
            PrintStream out) {
        out.println("\tTopic: " + topic + "\tPartition: " + partition.partition() + "\tLeader: "
                + (partition.hasLeader() ? partition.leaderId() : "none")
                + "\tReplicas: " + ids(partition.replicas()) + "\tIsr: " + ids(partition.inSyncReplicas())
                + (move == null ? ""
                        : "\tAdding Replicas: " + ids(move.adding())
                                + "\tRemoving Replicas: " + ids(move.removing()))
                + "\tElr: " + ids(partition.eligibleLeaders())
                + "\tLastKnownElr: " + ids(partition.lastKnownEligibleLeaders()));
    }

    private static String ids(List<Integer> ids) {
        return ids == null ? "N/A" : ids.stream().map(String::valueOf).collect(Collectors.joining(","));
    }
}
