package io.millrace.broker.simulation;

import io.millrace.broker.metadata.BrokerRegistration;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ImageBuilder;
import io.millrace.broker.metadata.MetadataBatch;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.broker.partition.Partition;
import io.millrace.broker.server.SimulatedBroker;
import io.millrace.broker.simulation.machine.Schedule;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Sees everything at once, as nobody in the cluster can, and checks after each step what was promised. Owns what it knows
 * of partitions and of the metadata log.
 */
final class Observer {
    private final Schedule schedule;
    private final Map<Key, PartitionHistory> histories = new HashMap<>();
    private final List<ClusterImage> images = new ArrayList<>();
    private final Map<Integer, Long> seenVersions = new HashMap<>();
    private final Set<Integer> powerless = new HashSet<>();
    /** In which version of the metadata a broker that had lost power came back. */
    private final Map<Integer, Long> returned = new HashMap<>();

    private final Map<Integer, List<Watched>> watched = new HashMap<>();

    private record Key(Uuid topicId, int index) {}

    private record Watched(Partition partition, PartitionHistory history, ReplicaLog replica) {}

    Observer(Schedule schedule, String clusterId) {
        this.schedule = schedule;
        images.add(ClusterImage.empty(clusterId));
    }

    ClusterImage image() {
        return images.get(images.size() - 1);
    }

    PartitionHistory history(Uuid topicId, int index) {
        return histories.computeIfAbsent(new Key(topicId, index),
                key -> new PartitionHistory(topicId + "-" + index));
    }

    Collection<PartitionHistory> histories() {
        return histories.values();
    }

    /** From now on a broker is known to lack records, until it comes back as another process. */
    void lostPower(int brokerId) {
        powerless.add(brokerId);
    }

    boolean isPowerless(int brokerId) {
        return powerless.contains(brokerId);
    }

    // The metadata log

    /** C11, C14 and the rules of {@link PartitionImage}: an entry was committed. */
    void committed(long sequence, MetadataBatch entry, int controllerEpoch) {
        var before = image();
        if (sequence != before.version() + 1) {
            throw new Violation("C14", "metadata entry " + sequence + " follows " + before.version());
        }
        if (entry.controllerEpoch() != controllerEpoch) {
            throw new Violation("C11",
                    "controller epoch " + entry.controllerEpoch() + " writes entry " + sequence
                            + " in the term of " + controllerEpoch);
        }
        var after = ImageBuilder.fold(before, entry.records(), sequence);
        images.add(after);
        for (var record : entry.records()) {
            note(record, before);
        }
        for (var topic : after.topics()) {
            for (var partition : topic.partitions()) {
                var history = history(topic.id(), partition.index());
                if (history.registered() == null || !partition.equals(history.registered())) {
                    check(topic, history.registered(), partition, after);
                    history.registered(partition);
                    history.check(this::isPowerless, () -> "metadata entry " + sequence);
                }
            }
        }
    }

    private void note(MetadataRecord record, ClusterImage before) {
        if (record instanceof MetadataRecord.BrokerJoined joined) {
            noteJoin(joined.broker(), before.broker(joined.broker().id()), before.version() + 1);
        } else if (record instanceof MetadataRecord.PartitionsChanged changed) {
            for (var partition : changed.partitions()) {
                schedule.note("metadata: " + changed.topicId() + " " + partition);
            }
        } else {
            schedule.note("metadata: " + record);
        }
    }

    private void noteJoin(BrokerRegistration now, BrokerRegistration before, long version) {
        schedule.note("metadata: broker " + now.id() + " joins at epoch " + now.epoch() + ", intact since "
                + now.cleanShutdownEpoch());
        if (now.cleanShutdownEpoch() < 0
                && (before == null || !before.incarnation().equals(now.incarnation()))) {
            if (powerless.remove(now.id())) {
                returned.put(now.id(), version);
            }
        }
    }

    private static void check(TopicImage topic, PartitionImage before, PartitionImage now,
            ClusterImage image) {
        var what = topic.name() + ": " + before + " becomes " + now;
        require(now.isr().isEmpty() || now.replicas().containsAll(now.isr()), "C12", what);
        require(now.leader() == PartitionImage.NO_LEADER || now.isr().contains(now.leader()), "C13", what);
        if (before == null) {
            return;
        }
        require(now.partitionEpoch() > before.partitionEpoch() && now.leaderEpoch() >= before.leaderEpoch(),
                "C13",
                what);
        require(now.leader() == before.leader() || now.leaderEpoch() > before.leaderEpoch(), "C13", what);
        require(now.leader() == before.leader() || now.leader() < 0 || image.isLive(now.leader()), "C12",
                what);
        for (int member : now.isr()) {
            require(before.isr().contains(member) || image.isLive(member), "C12", what);
        }
    }

    private static void require(boolean holds, String promise, String what) {
        if (!holds) {
            throw new Violation(promise, what);
        }
    }

    // Brokers

    /** After a step of a broker. */
    void look(SimulatedBroker broker) {
        if (broker.image().version() != seenVersions.getOrDefault(broker.id(), 0L)) {
            lookAtImage(broker);
            watched.put(broker.id(), partitionsOf(broker));
        }
        for (var each : watched.getOrDefault(broker.id(), List.of())) {
            if (each.partition.log() != null) {
                look(each.partition, each.history, each.replica);
            }
        }
    }

    private List<Watched> partitionsOf(SimulatedBroker broker) {
        return broker.partitions().all().stream().map(partition -> {
            var history = history(partition.topicId(), partition.index());
            return new Watched(partition, history, history.replica(broker.id()));
        }).toList();
    }

    /** C14: versions rise, and one version is one image everywhere. */
    private void lookAtImage(SimulatedBroker broker) {
        var image = broker.image();
        long seen = seenVersions.getOrDefault(broker.id(), 0L);
        require(image.version() > seen, "C14", broker.id() + " goes from metadata " + seen + " to "
                + image.version());
        require(image.version() < images.size() && image.equals(images.get((int) image.version())), "C14",
                broker.id() + " holds another image of version " + image.version());
        seenVersions.put(broker.id(), image.version());
    }

    void restarted(int brokerId) {
        seenVersions.remove(brokerId);
        watched.remove(brokerId);
    }

    private void look(Partition partition, PartitionHistory history, ReplicaLog replica) {
        var log = partition.log();
        if (replica.differs(log)) {
            var isShorter = log.logEndOffset() < replica.end();
            history.stored(replica.follow(log), replica.brokerId());
            if (isShorter) {
                schedule.note("cut: " + partition + " " + replica);
                history.check(this::isPowerless, () -> "a cut of " + replica);
            }
        }
        long highWatermark = partition.highWatermark();
        long before = replica.highWatermark();
        if (highWatermark != before) {
            boolean beginsAnew = !partition.isLeader() && log.logStartOffset() == log.logEndOffset();
            if (highWatermark < before && !beginsAnew) {
                throw new Violation("C5", partition + ": the high watermark goes from " + before + " to "
                        + highWatermark + " at " + replica);
            }
            replica.highWatermark(highWatermark);
            if (partition.isLeader() && highWatermark > history.committedEnd()) {
                exposed(history, replica, partition);
            }
        }
    }

    /** C1: what a leader exposes is on all who may lead, and on as many as the topic asks for. */
    private void exposed(PartitionHistory history, ReplicaLog leader, Partition partition) {
        history.expose(leader, partition.highWatermark());
        IntPredicate mayLack = id -> isPowerless(id) || isBackUnnoticed(id, leader.brokerId());
        history.check(mayLack, () -> "the high watermark of broker " + leader.brokerId()
                + " rose to " + partition.highWatermark());
        if (history.registered() != null) {
            int wanted = Math.min(partition.settings().log().minInsyncReplicas(),
                    history.fewestReplicas());
            long copies = history.copies(mayLack);
            if (copies < wanted) {
                throw new Violation("C1", copies + " copies instead of " + wanted + " of " + history);
            }
        }
    }

    /** What a follower said before it lost power counts until its leader knows that it did. */
    private boolean isBackUnnoticed(int brokerId, int leaderId) {
        return seenVersions.getOrDefault(leaderId, 0L) < returned.getOrDefault(brokerId, 0L);
    }
}
