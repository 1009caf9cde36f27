package io.millrace.admin.command.reassign;

import io.millrace.admin.Admin;
import io.millrace.admin.cluster.BrokerDescription;
import io.millrace.admin.command.line.ToolFailure;
import io.millrace.admin.command.line.ToolRun;
import io.millrace.admin.placement.Reassignment;
import io.millrace.admin.placement.ReplicaPlace;
import io.millrace.protocol.cluster.TopicPartition;
import java.io.PrintStream;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/** Proposes, begins, watches and calls off moves of replicas, and says so. */
public final class Reassigner {
    private final Admin admin;
    private final PrintStream out;
    private final Throttle throttle;

    public Reassigner(Admin admin, PrintStream out) {
        this.admin = admin;
        this.out = out;
        throttle = new Throttle(admin, out);
    }

    /** Shows where the topics' replicas lie, and a plan that spreads them evenly over the brokers. */
    public void generate(Collection<String> topics, List<Integer> brokerIds, boolean ignoresRacks) {
        var known = ToolRun.await(admin.describeCluster()).brokers();
        var brokers = known.stream().filter(each -> brokerIds.contains(each.id()))
                .map(each -> ignoresRacks
                        ? new BrokerDescription(each.id(), each.host(), each.port(), null, false)
                        : each)
                .toList();
        requireKnown(brokerIds, known);
        var current = current(partitionsOf(topics), true);
        var proposed = new TreeMap<TopicPartition, List<Integer>>();
        for (var topic : new TreeSet<>(topics)) {
            var own = current.replicas().keySet().stream().filter(each -> each.topic().equals(topic))
                    .toList();
            int factor = current.replicas().get(own.get(0)).size();
            var spread = Spread.over(brokers, own.size(), factor,
                    ThreadLocalRandom.current().nextInt(brokers.size()));
            own.forEach(each -> proposed.put(each, spread.get(each.partition())));
        }
        out.println("Current partition replica assignment");
        out.println(current.text());
        out.println();
        out.println("Proposed partition reassignment configuration");
        out.println(new Plan(proposed, Map.of()).text());
    }

    private List<TopicPartition> partitionsOf(Collection<String> topics) {
        return ToolRun.await(admin.describeTopics(topics)).all().values().stream()
                .flatMap(topic -> topic.partitions().stream()
                        .map(each -> new TopicPartition(topic.name(), each.partition())))
                .toList();
    }

    private static void requireKnown(Collection<Integer> ids, List<BrokerDescription> known) {
        for (int id : ids) {
            if (known.stream().noneMatch(each -> each.id() == id)) {
                throw ToolFailure.of("Unknown broker id " + id);
            }
        }
    }

    private Plan current(Collection<TopicPartition> partitions, boolean withLogDirs) {
        var topics = partitions.stream().map(TopicPartition::topic).collect(Collectors.toSet());
        var replicas = new TreeMap<TopicPartition, List<Integer>>();
        ToolRun.await(admin.describeTopics(topics)).all().values().forEach(topic -> topic.partitions()
                .forEach(each -> replicas.put(new TopicPartition(topic.name(), each.partition()),
                        each.replicas())));
        for (var each : partitions) {
            if (!replicas.containsKey(each)) {
                throw ToolFailure.of("Partition " + each + " does not exist");
            }
        }
        replicas.keySet().retainAll(new HashSet<>(partitions));
        return new Plan(replicas, withLogDirs ? directories(replicas) : Map.of());
    }

    /** In which directory each replica lies; replicas of brokers that do not answer are left out. */
    private Map<ReplicaPlace, String> directories(Map<TopicPartition, List<Integer>> replicas) {
        var brokers = replicas.values().stream().flatMap(List::stream).collect(Collectors.toSet());
        var places = new HashMap<ReplicaPlace, String>();
        ToolRun.await(admin.describeLogDirs(brokers)).values().forEach((id, dirs) -> dirs.forEach(
                dir -> dir.replicas().forEach((partition, replica) -> {
                    if (!replica.isFuture()) {
                        places.put(new ReplicaPlace(partition, id), dir.path());
                    }
                })));
        return places;
    }

    /** Begins the moves, one after others that are under way only if so asked; rates below 0 set no limit. */
    public void execute(Plan plan, boolean isAdditional, boolean mayChangeFactor, long bytesPerSecond) {
        requireKnown(plan.replicas().values().stream().flatMap(List::stream).collect(Collectors.toSet()),
                ToolRun.await(admin.describeCluster()).brokers());
        if (!isAdditional && !ToolRun.await(admin.listPartitionReassignments(null)).isEmpty()) {
            throw ToolFailure.of("Cannot execute because there is an existing partition assignment.  Use"
                    + " --additional to override this and create a new partition assignment in addition to the"
                    + " existing one. The --additional flag can also be used to change the throttle by resubmitting"
                    + " the current reassignment.");
        }
        var before = current(plan.replicas().keySet(), true);
        out.println("Current partition replica assignment");
        out.println();
        out.println(before.text());
        out.println();
        out.println("Save this to use as the --reassignment-json-file option during rollback");
        if (bytesPerSecond >= 0) {
            throttle.set(before.replicas(), plan.replicas(), bytesPerSecond);
        }
        var outcomes = ToolRun.await(admin.alterPartitionReassignments(plan.replicas(), mayChangeFactor));
        if (!outcomes.failures().isEmpty()) {
            throw ToolFailure.of("Error reassigning partition(s):" + System.lineSeparator()
                    + new TreeMap<>(outcomes.failures()).entrySet().stream()
                            .map(each -> each.getKey() + ": " + ToolRun.explain(each.getValue()))
                            .collect(Collectors.joining(System.lineSeparator())));
        }
        out.println("Successfully started partition reassignment"
                + (plan.replicas().size() == 1 ? " for " : "s for ")
                + join(plan.replicas().keySet()));
        if (!plan.logDirs().isEmpty()) {
            moveBetweenDirectories(plan);
        }
    }

    private static String join(Collection<?> things) {
        return things.stream().map(String::valueOf).collect(Collectors.joining(","));
    }

    /** Replicas that are not there yet are made in the directory; those that are there move to it. */
    private void moveBetweenDirectories(Plan plan) {
        var outcomes = ToolRun.await(admin.alterReplicaLogDirs(plan.logDirs()));
        var begun = new TreeSet<>(outcomes.values().keySet().stream()
                .map(each -> each.partition() + "-" + each.brokerId()).toList());
        if (!begun.isEmpty()) {
            out.println("Successfully started log directory move" + (begun.size() == 1 ? "" : "s") + " for: "
                    + join(begun));
        }
        outcomes.failures().forEach((place, failure) -> out.println("The directory of " + place.partition()
                + " on broker " + place.brokerId() + " is not taken yet (" + ToolRun.explain(failure)
                + "): run --execute again with --additional"));
    }

    /** Says how far the moves are; limits are lifted once nothing of the plan moves any more. */
    public void verify(Plan plan, boolean keepsThrottles) {
        out.println("Status of partition reassignment:");
        var moving = ToolRun.await(admin.listPartitionReassignments(plan.replicas().keySet()));
        var current = ToolRun.await(admin.describeTopics(plan.replicas().keySet().stream()
                .map(TopicPartition::topic).collect(Collectors.toSet())));
        plan.replicas().forEach((partition, wanted) -> {
            var topic = current.values().get(partition.topic());
            boolean isThere = topic != null && partition.partition() < topic.partitions().size();
            var replicas = isThere ? topic.partitions().get(partition.partition()).replicas() : List.of();
            out.println(moving.containsKey(partition)
                    ? "Reassignment of partition " + partition + " is still in progress."
                    : !isThere ? "Partition " + partition + " does not exist."
                            : replicas.equals(wanted)
                                    ? "Reassignment of partition " + partition + " is completed."
                                    : "There is no active reassignment of partition " + partition
                                            + ", but replica set is " + join(replicas) + " rather than "
                                            + join(wanted) + ".");
        });
        boolean hasMoves = verifyDirectories(plan);
        if (moving.isEmpty() && !hasMoves && !keepsThrottles) {
            out.println();
            throttle.clear(brokers(plan), topics(plan));
        }
    }

    private boolean verifyDirectories(Plan plan) {
        if (plan.logDirs().isEmpty()) {
            return false;
        }
        var brokers = plan.logDirs().keySet().stream().map(ReplicaPlace::brokerId)
                .collect(Collectors.toSet());
        var dirs = ToolRun.await(admin.describeLogDirs(brokers)).values();
        boolean moves = false;
        for (var wanted : plan.logDirs().entrySet()) {
            var place = wanted.getKey();
            String now = null;
            String next = null;
            for (var dir : dirs.getOrDefault(place.brokerId(), List.of())) {
                var replica = dir.replicas().get(place.partition());
                now = replica != null && !replica.isFuture() ? dir.path() : now;
                next = replica != null && replica.isFuture() ? dir.path() : next;
            }
            moves |= next != null;
            out.println("Reassignment of replica " + place.partition() + "-" + place.brokerId()
                    + (next != null ? " is still in progress."
                            : wanted.getValue().equals(now) ? " completed successfully."
                                    : " is not under way, and it lies in " + now + "."));
        }
        return moves;
    }

    private static Collection<Integer> brokers(Plan plan) {
        return plan.replicas().values().stream().flatMap(List::stream)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Collection<String> topics(Plan plan) {
        return plan.replicas().keySet().stream().map(TopicPartition::topic)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Calls off the moves of the plan that are under way. */
    public void cancel(Plan plan, boolean keepsThrottles) {
        var moving = ToolRun.await(admin.listPartitionReassignments(plan.replicas().keySet()));
        if (moving.isEmpty()) {
            out.println("None of the specified partition reassignments are active.");
        } else {
            var targets = moving.keySet().stream()
                    .collect(Collectors.toMap(each -> each, each -> List.<Integer>of()));
            ToolRun.await(admin.alterPartitionReassignments(targets)).all();
            out.println("Successfully cancelled partition reassignments for: " + join(moving.keySet()));
        }
        if (!keepsThrottles) {
            throttle.clear(brokers(plan), topics(plan));
        }
    }

    /** Shows what moves. */
    public void list() {
        SortedMap<TopicPartition, Reassignment> moving = ToolRun
                .await(admin.listPartitionReassignments(null));
        if (moving.isEmpty()) {
            out.println("No partition reassignments found.");
            return;
        }
        out.println("Current partition reassignments:");
        moving.forEach((partition,
                move) -> out.println(partition + ": replicas: " + join(move.replicas()) + "."
                        + (move.adding().isEmpty() ? "" : " adding: " + join(move.adding()) + ".")
                        + (move.removing().isEmpty() ? "" : " removing: " + join(move.removing()) + ".")));
    }
}
