package io.millrace.broker.controller;

import io.millrace.broker.metadata.BrokerRegistration;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.PartitionImage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides what follows when brokers come and go. A broker that is gone, or that came back as another process, leaves
 * every ISR that has another live member, and leads no more; a leader is the first replica in the ISR that lives.
 */
final class BrokerChange {

    private BrokerChange() {}

    static List<MetadataRecord> decide(ClusterImage image, List<BrokerRegistration> registered) {
        var live = new HashMap<Integer, BrokerRegistration>();
        registered.forEach(broker -> live.put(broker.id(), broker));
        var records = new ArrayList<MetadataRecord>();
        var restarted = new HashSet<Integer>();
        for (var broker : image.brokers().values()) {
            var now = live.get(broker.id());
            if (now == null) {
                records.add(new MetadataRecord.BrokerLeft(broker.id(), broker.epoch()));
            } else if (!now.incarnation().equals(broker.incarnation())) {
                restarted.add(broker.id());
            }
        }
        for (var broker : live.values()) {
            if (!broker.equals(image.broker(broker.id()))) {
                records.add(new MetadataRecord.BrokerJoined(broker));
            }
        }
        records.addAll(partitionChanges(image, live, restarted));
        return records;
    }

    private static List<MetadataRecord> partitionChanges(
            ClusterImage image, Map<Integer, BrokerRegistration> live, Set<Integer> restarted) {
        var records = new ArrayList<MetadataRecord>();
        for (var topic : image.topics()) {
            var changed = new ArrayList<PartitionImage>();
            for (var partition : topic.partitions()) {
                var next = next(partition, live.keySet(), restarted);
                if (next != partition) {
                    changed.add(next);
                }
            }
            records.addAll(MetadataRecord.PartitionsChanged.split(topic.id(), changed));
        }
        return records;
    }

    /** The same object when nothing changes. */
    static PartitionImage next(PartitionImage partition, Set<Integer> live, Set<Integer> restarted) {
        var isr = partition.isr().stream().filter(id -> live.contains(id) && !restarted.contains(id))
                .toList();
        if (isr.isEmpty()) {
            isr = partition.isr(); // the last members to have everything: whoever of them lives may lead
        }
        boolean keepsLeader = live.contains(partition.leader()) && !restarted.contains(partition.leader())
                && isr.contains(partition.leader());
        int leader = keepsLeader ? partition.leader() : firstLive(partition, isr, live);
        boolean sameIsr = isr.equals(partition.isr());
        boolean sameLeader = keepsLeader || leader == partition.leader() && !restarted.contains(leader);
        if (sameIsr && sameLeader) {
            return partition;
        }
        return new PartitionImage(partition.index(), partition.replicas(), isr, leader,
                partition.leaderEpoch() + 1,
                partition.partitionEpoch() + 1);
    }

    private static int firstLive(PartitionImage partition, List<Integer> isr, Set<Integer> live) {
        for (int replica : partition.replicas()) {
            if (isr.contains(replica) && live.contains(replica)) {
                return replica;
            }
        }
        return PartitionImage.NO_LEADER;
    }
}
