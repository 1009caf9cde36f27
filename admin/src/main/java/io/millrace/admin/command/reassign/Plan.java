package io.millrace.admin.command.reassign;

import io.millrace.admin.command.line.Json;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.placement.ReplicaPlace;
import io.millrace.protocol.cluster.TopicPartition;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where replicas shall lie: brokers, in the order of preference, for each partition, and log directories where they are
 * named. It is written as {"version":1,"partitions":[{"topic":"t","partition":0,"replicas":[1,2],"log_dirs":["any","/d"]}]}.
 * Immutable.
 */
public record Plan(SortedMap<TopicPartition, List<Integer>> replicas, Map<ReplicaPlace, String> logDirs) {
    private static final String ANY_DIRECTORY = "any";

    /** Reads a file; a ToolFailure says what is wrong with it. */
    public static Plan read(Path file) {
        var replicas = new TreeMap<TopicPartition, List<Integer>>();
        var logDirs = new TreeMap<ReplicaPlace, String>((a, b) -> {
            int byPartition = a.partition().compareTo(b.partition());
            return byPartition != 0 ? byPartition : Integer.compare(a.brokerId(), b.brokerId());
        });
        for (var each : Json.objects(file, "partitions")) {
            var partition = new TopicPartition(Json.field(each, "topic", String.class),
                    Json.field(each, "partition", Long.class).intValue());
            var brokers = new ArrayList<Integer>();
            for (var id : Json.field(each, "replicas", List.class)) {
                brokers.add(id instanceof Long number ? number.intValue() : -1);
            }
            check(partition, brokers);
            if (replicas.put(partition, List.copyOf(brokers)) != null) {
                throw ToolFailure
                        .of("Partition reassignment contains duplicate topic partitions: " + partition);
            }
            readLogDirs(each, partition, brokers, logDirs);
        }
        if (replicas.isEmpty()) {
            throw ToolFailure.of("Partition reassignment list cannot be empty");
        }
        return new Plan(replicas, logDirs);
    }

    private static void check(TopicPartition partition, List<Integer> brokers) {
        if (brokers.isEmpty() || brokers.contains(-1)) {
            throw ToolFailure.of(
                    "Partition replica list cannot be empty or hold anything but broker ids: " + partition);
        }
        if (new HashSet<>(brokers).size() != brokers.size()) {
            throw ToolFailure.of("Partition replica lists may not contain duplicate entries: " + partition
                    + " contains multiple entries for one broker");
        }
    }

    private static void readLogDirs(Map<?, ?> from, TopicPartition partition, List<Integer> brokers,
            Map<ReplicaPlace, String> logDirs) {
        if (from.get("log_dirs") instanceof List<?> paths) {
            if (paths.size() != brokers.size()) {
                throw ToolFailure.of(
                        "Size of replicas list and log directories list differ for partition " + partition);
            }
            for (int i = 0; i < brokers.size(); i++) {
                if (!ANY_DIRECTORY.equals(paths.get(i))) {
                    logDirs.put(new ReplicaPlace(partition, brokers.get(i)), String.valueOf(paths.get(i)));
                }
            }
        }
    }

    /** In one line of JSON, as it can be read again. */
    public String text() {
        var partitions = new ArrayList<Object>();
        replicas.forEach((partition, brokers) -> partitions.add(Json.object("topic", partition.topic(),
                "partition", partition.partition(), "replicas", brokers, "log_dirs", brokers.stream()
                        .map(id -> logDirs.getOrDefault(new ReplicaPlace(partition, id), ANY_DIRECTORY))
                        .toList())));
        return Json.text(Json.object("version", 1, "partitions", partitions));
    }
}
