package io.millrace.broker.controller.topic;

import io.millrace.broker.metadata.BrokerRegistration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;

/**
 * Places replicas on a ring of brokers, neighbours of which are in different racks. Leaders go round the ring;
 * followers start one place further on each round, and prefer racks that the partition does not have yet.
 */
record ReplicaPlacement(List<BrokerRegistration> ring, int start) {

    /** A ring of these brokers, by id within racks; {@code start} is where the first leader stands. */
    static ReplicaPlacement over(Collection<BrokerRegistration> brokers, int start) {
        var racks = new LinkedHashMap<String, List<BrokerRegistration>>();
        for (var broker : brokers) {
            racks.computeIfAbsent(Objects.requireNonNullElse(broker.rack(), ""), rack -> new ArrayList<>())
                    .add(broker);
        }
        var ring = new ArrayList<BrokerRegistration>();
        for (int turn = 0; ring.size() < brokers.size(); turn++) {
            for (var rack : racks.values()) {
                if (turn < rack.size()) {
                    ring.add(rack.get(turn));
                }
            }
        }
        return new ReplicaPlacement(ring, start);
    }

    /** The replicas of one partition, the preferred leader first; there must be enough brokers. */
    List<Integer> place(int partition, int replicationFactor) {
        int size = ring.size();
        int leader = Math.floorMod(start + partition, size);
        int round = Math.floorMod((start + partition) / size, Math.max(1, size - 1));
        var candidates = new ArrayList<BrokerRegistration>();
        candidates.add(ring.get(leader));
        for (int i = 0; i < size - 1; i++) {
            candidates.add(ring.get((leader + 1 + (round + i) % (size - 1)) % size));
        }
        var chosen = new ArrayList<Integer>();
        var racks = new HashSet<String>();
        for (var candidate : candidates) {
            if (chosen.size() < replicationFactor
                    && (racks.add(candidate.rack()) || candidate.rack() == null)) {
                chosen.add(candidate.id());
            }
        }
        for (var candidate : candidates) {
            if (chosen.size() < replicationFactor && !chosen.contains(candidate.id())) {
                chosen.add(candidate.id());
            }
        }
        return chosen;
    }
}
