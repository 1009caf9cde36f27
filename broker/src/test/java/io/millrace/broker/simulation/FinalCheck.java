package io.millrace.broker.simulation;

import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.metadata.TopicImage;
import java.util.HashSet;
import java.util.List;

/** What must hold once nothing goes wrong any more: all serve, all replicas are in sync and alike. Stateless. */
final class FinalCheck {
    private final Cluster cluster;
    private final List<SimulatedProducer> producers;
    private final SimulatedGroup group;

    FinalCheck(Cluster cluster, List<SimulatedProducer> producers, SimulatedGroup group) {
        this.group = group;
        this.cluster = cluster;
        this.producers = producers;
    }

    /** What keeps the cluster from being whole; null if it is, and what was promised is found to be kept. */
    String trouble() {
        for (var seat : cluster.seats()) {
            if (!seat.isUp() || !seat.broker.isServing()) {
                return "broker " + seat.id + " does not serve";
            }
            if (seat.broker.image().version() != cluster.observer().image().version()) {
                return "broker " + seat.id + " holds metadata " + seat.broker.image().version() + ", not "
                        + cluster.observer().image().version();
            }
        }
        for (var producer : producers) {
            if (!producer.isDone()) {
                return producer.toString();
            }
        }
        if (!group.isDone() && cluster.observer().image().topic(TopicImage.CONSUMER_OFFSETS) != null) {
            return group.toString();
        }
        for (var topic : cluster.observer().image().topics()) {
            for (var partition : topic.partitions()) {
                var trouble = trouble(topic, partition);
                if (trouble != null) {
                    return trouble;
                }
            }
        }
        return null;
    }

    private String trouble(TopicImage topic, PartitionImage partition) {
        var history = cluster.observer().history(topic.id(), partition.index());
        var what = topic.name() + "-" + partition.index() + ": " + history;
        if (!partition.hasLeader()) {
            return "no leader of " + what;
        }
        if (partition.isReassigning() || !new HashSet<>(partition.isr()).equals(new HashSet<>(
                partition.replicas()))) {
            return "not all in sync: " + what;
        }
        var leader = history.replica(partition.leader());
        for (int id : partition.replicas()) {
            var replica = history.replica(id);
            if (replica.end() != leader.end() || replica.highWatermark() != leader.end()) {
                return "not all alike: " + what;
            }
            checkAlike(history, leader, replica);
        }
        return null;
    }

    /** C3: batch by batch, from where both have records. */
    private static void checkAlike(PartitionHistory history, ReplicaLog leader, ReplicaLog replica) {
        long from = Math.max(history.deletedTo(), Math.max(leader.start(), replica.start()));
        for (var batch : leader.batches()) {
            if (batch.base() >= from && !batch.equals(replica.at(batch.base()))) {
                throw new Violation("C3", replica + " differs from " + leader + " at " + batch);
            }
        }
        if (history.lacking(leader) != null) {
            throw new Violation("C2", leader + " lacks " + history.lacking(leader));
        }
    }
}
