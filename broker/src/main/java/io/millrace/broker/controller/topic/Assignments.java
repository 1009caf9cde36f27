package io.millrace.broker.controller.topic;

import static io.millrace.protocol.wire.ErrorCode.INVALID_REPLICATION_FACTOR;
import static io.millrace.protocol.wire.ErrorCode.INVALID_REPLICA_ASSIGNMENT;

import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.controller.decision.Refusal;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.PartitionImage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/** Turns replica lists, the user's or our own, into new partitions. Pure. */
final class Assignments {

    private Assignments() {}

    /** New partitions from an index on, placed by us. */
    static List<PartitionImage> place(DecisionContext context, int firstIndex, int count,
            int replicationFactor) {
        var brokers = context.image().brokers().values().stream().filter(broker -> !broker.draining())
                .toList();
        Refusal.unless(replicationFactor <= brokers.size(), INVALID_REPLICATION_FACTOR, "Replication factor ",
                replicationFactor, " needs as many brokers, but only ", brokers.size(),
                " are alive: lower it or start more brokers");
        var placement = ReplicaPlacement.over(brokers, context.spread().applyAsInt(brokers.size()));
        var partitions = new ArrayList<PartitionImage>(count);
        for (int i = 0; i < count; i++) {
            partitions.add(newPartition(context.image(), firstIndex + i,
                    placement.place(firstIndex + i, replicationFactor)));
        }
        return partitions;
    }

    /** New partitions from an index on, as the user listed them; each must have this many replicas. */
    static List<PartitionImage> listed(
            ClusterImage image, int firstIndex, List<List<Integer>> replicaLists, int replicationFactor) {
        var partitions = new ArrayList<PartitionImage>(replicaLists.size());
        for (var replicas : replicaLists) {
            int index = firstIndex + partitions.size();
            check(image, index, replicas, replicationFactor);
            partitions.add(newPartition(image, index, replicas));
        }
        return partitions;
    }

    private static void check(ClusterImage image, int index, List<Integer> replicas, int replicationFactor) {
        Refusal.unless(!replicas.isEmpty(), INVALID_REPLICA_ASSIGNMENT, "Partition ", index,
                " has no replicas: list at least one broker");
        Refusal.unless(new HashSet<>(replicas).size() == replicas.size(), INVALID_REPLICA_ASSIGNMENT,
                "Partition ", index, " lists a broker twice: ", replicas);
        Refusal.unless(replicas.size() == replicationFactor, INVALID_REPLICA_ASSIGNMENT, "Partition ", index,
                " has ", replicas.size(), " replicas where others have ", replicationFactor,
                ": give all the same number");
        for (int broker : replicas) {
            Refusal.unless(image.isLive(broker), INVALID_REPLICA_ASSIGNMENT, "Partition ", index,
                    " is assigned to broker ", broker, ", which is not alive: choose among ",
                    image.brokers().keySet());
        }
    }

    private static PartitionImage newPartition(ClusterImage image, int index, List<Integer> replicas) {
        var inSync = replicas.stream().filter(image::isLive).toList();
        return new PartitionImage(index, replicas, inSync, inSync.get(0), 0, 0);
    }
}
