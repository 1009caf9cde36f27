package io.millrace.admin.command.reassign;

import io.millrace.admin.Admin;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.config.ConfigChange;
import io.millrace.admin.config.ConfigEntry;
import io.millrace.admin.config.ConfigResource;
import io.millrace.protocol.cluster.TopicPartition;
import java.io.PrintStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Bounds the rate at which moves copy, by settings of brokers and topics, and lifts the bounds (KIP-73). */
final class Throttle {
    private static final List<String> RATES = List.of("leader.replication.throttled.rate",
            "follower.replication.throttled.rate");
    private static final List<String> REPLICAS = List.of("leader.replication.throttled.replicas",
            "follower.replication.throttled.replicas");
    private static final String DIRECTORY_RATE = "replica.alter.log.dirs.io.max.bytes.per.second";

    private final Admin admin;
    private final PrintStream out;

    Throttle(Admin admin, PrintStream out) {
        this.admin = admin;
        this.out = out;
    }

    /** Bounds copies from the replicas that are there to those that come. */
    void set(Map<TopicPartition, List<Integer>> before, Map<TopicPartition, List<Integer>> after,
            long bytesPerSecond) {
        out.println(
                "Warning: You must run --verify periodically, until the reassignment completes, to ensure the"
                        + " throttle is removed.");
        var leaders = new TreeMap<String, Set<String>>();
        var followers = new TreeMap<String, Set<String>>();
        var brokers = new TreeSet<Integer>();
        after.forEach((partition, replicas) -> {
            var known = before.get(partition);
            brokers.addAll(known);
            brokers.addAll(replicas);
            known.forEach(id -> leaders.computeIfAbsent(partition.topic(), name -> new TreeSet<>())
                    .add(partition.partition() + ":" + id));
            replicas.stream().filter(id -> !known.contains(id)).forEach(id -> followers
                    .computeIfAbsent(partition.topic(), name -> new TreeSet<>())
                    .add(partition.partition() + ":" + id));
        });
        var rates = RATES.stream().map(name -> ConfigChange.set(name, Long.toString(bytesPerSecond)))
                .toList();
        var perBroker = brokers.stream().collect(Collectors.toMap(ConfigResource::broker, id -> rates));
        ToolRun.await(admin.incrementalAlterConfigs(perBroker, false)).all();
        var perTopic = leaders.keySet().stream().collect(Collectors.toMap(ConfigResource::topic,
                topic -> List.of(ConfigChange.set(REPLICAS.get(0), String.join(",", leaders.get(topic))),
                        ConfigChange.set(REPLICAS.get(1),
                                String.join(",", followers.getOrDefault(topic, Set.of()))))));
        ToolRun.await(admin.incrementalAlterConfigs(perTopic, false)).all();
        out.println("The inter-broker throttle limit was set to " + bytesPerSecond + " B/s");
    }

    /** Lifts the bounds on these brokers and topics, those that are there. */
    void clear(Collection<Integer> brokers, Collection<String> topics) {
        out.println("Clearing broker-level throttles on broker" + (brokers.size() == 1 ? " " : "s ")
                + brokers.stream().map(String::valueOf).collect(Collectors.joining(",")));
        delete(brokers.stream().map(ConfigResource::broker).toList(),
                List.of(RATES.get(0), RATES.get(1), DIRECTORY_RATE));
        out.println("Clearing topic-level throttles on topic" + (topics.size() == 1 ? " " : "s ")
                + String.join(",", topics));
        delete(topics.stream().map(ConfigResource::topic).toList(), REPLICAS);
    }

    private void delete(List<ConfigResource> resources, List<String> names) {
        var changes = new TreeMap<String, Map.Entry<ConfigResource, List<ConfigChange>>>();
        ToolRun.await(admin.describeConfigs(resources)).values().forEach((resource, entries) -> {
            var set = entries.stream().filter(each -> names.contains(each.name()) && isSetHere(each))
                    .map(each -> ConfigChange.delete(each.name())).toList();
            if (!set.isEmpty()) {
                changes.put(resource.toString(), Map.entry(resource, set));
            }
        });
        if (!changes.isEmpty()) {
            ToolRun.await(admin.incrementalAlterConfigs(changes.values().stream()
                    .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)), false)).all();
        }
    }

    private static boolean isSetHere(ConfigEntry entry) {
        return switch (entry.source()) {
            case DYNAMIC_BROKER_CONFIG, DYNAMIC_TOPIC_CONFIG -> true;
            default -> false;
        };
    }
}
