package io.millrace.broker.request.data;

import io.millrace.broker.metadata.BrokerRegistration;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.request.ConnectionInfo;
import java.util.function.Supplier;

/**
 * Sends consumers on from the leader to a replica in their own rack, if the broker is set to (KIP-392). The consumers of
 * different partitions are spread over the replicas of a rack. Stateless; any thread.
 */
public final class NearestReplica {
    static final int THE_LEADER = -1;
    private static final String RACK_AWARE = "org.apache.kafka.common.replica.RackAwareReplicaSelector";
    private static final String LEADER_ONLY = "org.apache.kafka.common.replica.LeaderSelector";

    private final Supplier<ClusterImage> image;
    private final boolean isRackAware;

    /** {@code selectorClass} is a value of replica.selector.class; see {@link #isKnown}. */
    public NearestReplica(Supplier<ClusterImage> image, String selectorClass) {
        this.image = image;
        this.isRackAware = RACK_AWARE.equals(selectorClass);
    }

    /** Whether the name stands for something here: both of Kafka's own do. */
    public static boolean isKnown(String selectorClass) {
        return selectorClass.isEmpty() || selectorClass.equals(RACK_AWARE)
                || selectorClass.equals(LEADER_ONLY);
    }

    /** The in-sync replica that this rack is to read on the client's listener; -1 for the leader. */
    int of(String topic, int index, String rack, ConnectionInfo connection) {
        var now = image.get();
        var partition = now.partition(topic, index);
        if (!isRackAware || rack.isEmpty() || partition == null) {
            return THE_LEADER;
        }
        var leader = now.broker(partition.leader());
        int near = leader != null && rack.equals(leader.rack()) ? 0
                : count(now, partition, rack, connection);
        return near == 0 ? THE_LEADER : nth(now, partition, rack, connection, index % near);
    }

    private static int count(ClusterImage now, PartitionImage partition, String rack,
            ConnectionInfo connection) {
        int count = 0;
        for (int id : partition.isr()) {
            count += isNear(now.broker(id), rack, connection) ? 1 : 0;
        }
        return count;
    }

    private static int nth(ClusterImage now, PartitionImage partition, String rack, ConnectionInfo connection,
            int skipped) {
        int left = skipped;
        for (int id : partition.isr()) {
            if (isNear(now.broker(id), rack, connection) && left-- == 0) {
                return id;
            }
        }
        return THE_LEADER;
    }

    private static boolean isNear(BrokerRegistration broker, String rack, ConnectionInfo connection) {
        return broker != null && rack.equals(broker.rack()) && broker.endpoint(connection.listener()) != null;
    }
}
