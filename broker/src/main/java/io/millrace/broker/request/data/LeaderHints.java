package io.millrace.broker.request.data;

import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.request.ConnectionInfo;
import io.millrace.protocol.data.CurrentLeader;
import io.millrace.protocol.data.NodeEndpoint;
import io.millrace.protocol.data.ProducedPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Tells a client that asked the wrong broker who leads, and where that is (KIP-951). */
public final class LeaderHints {
    private final Supplier<ClusterImage> image;

    public LeaderHints(Supplier<ClusterImage> image) {
        this.image = image;
    }

    /** The current leader of a partition; null if it is not known. */
    CurrentLeader leaderOf(String topic, int partition) {
        var found = image.get().partition(topic, partition);
        return found == null || !found.hasLeader() ? null
                : new CurrentLeader(found.leader(), found.leaderEpoch());
    }

    ProducedPartition.Failure failure(String topic, int partition) {
        var leader = leaderOf(topic, partition);
        return leader == null ? null : ProducedPartition.Failure.ledBy(leader);
    }

    /** Addresses of the leaders that the outcomes name, on the listener that the client uses. */
    List<NodeEndpoint> endpoints(ProducedPartition[] outcomes, ConnectionInfo connection) {
        TreeSet<Integer> leaders = null;
        for (var outcome : outcomes) {
            if (outcome.failure() != null && outcome.failure().currentLeader() != null) {
                leaders = leaders == null ? new TreeSet<>() : leaders;
                leaders.add(outcome.failure().currentLeader().leaderId());
            }
        }
        return leaders == null ? List.of() : endpoints(leaders, connection);
    }

    List<NodeEndpoint> endpoints(Iterable<Integer> leaders, ConnectionInfo connection) {
        var found = new ArrayList<NodeEndpoint>();
        for (int leader : leaders) {
            var broker = image.get().broker(leader);
            var endpoint = broker == null ? null : broker.endpoint(connection.listener());
            if (endpoint != null) {
                found.add(new NodeEndpoint(leader, endpoint.host(), endpoint.port(), broker.rack()));
            }
        }
        return found;
    }
}
