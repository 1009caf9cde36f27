package io.millrace.broker.controller.replica;

import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.controller.decision.Sessions;
import io.millrace.broker.controller.decision.TestSettings;
import io.millrace.broker.metadata.BrokerRegistration;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ConfigResource;
import io.millrace.broker.metadata.ImageBuilder;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.protocol.message.topic.AlterPartition;
import io.millrace.protocol.message.topic.AlterPartition.Request.BrokerState;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Four brokers and one partition, with the steps that decisions take on them. */
final class TestPartition {
    static final Uuid TOPIC = new Uuid(7, 7);
    static final String NAME = "orders";

    DecisionContext context;
    private final TreeMap<Integer, BrokerRegistration> registered = new TreeMap<>();
    private long lastEpoch = 100;

    TestPartition(int minInsyncReplicas, Integer... replicas) {
        IntStream.rangeClosed(1, 4).forEach(id -> registered.put(id, registration(id, true)));
        var records = new ArrayList<MetadataRecord>();
        registered.values().forEach(broker -> records.add(new MetadataRecord.BrokerJoined(broker)));
        records.add(new MetadataRecord.TopicCreated(NAME, TOPIC));
        records.add(new MetadataRecord.PartitionsChanged(TOPIC, List.of(
                new PartitionImage(0, List.of(replicas), List.of(replicas), replicas[0], 0, 0))));
        records.add(new MetadataRecord.ConfigChanged(ConfigResource.Type.TOPIC.code(), NAME,
                "min.insync.replicas", Integer.toString(minInsyncReplicas)));
        var image = ImageBuilder.fold(ClusterImage.empty("cluster"), records, 1);
        context = new DecisionContext(image, TestSettings.with(Map.of()), bound -> 0, Uuid::random);
    }

    /** A new process, all of whose predecessor's records are there or may not be. */
    private BrokerRegistration registration(int id, boolean keptAll) {
        long epoch = ++lastEpoch;
        return new BrokerRegistration(id, epoch, new Uuid(id, epoch), List.of(), null, keptAll ? 1 : -1);
    }

    PartitionImage now() {
        return context.image().partition(NAME, 0);
    }

    long epochOf(int broker) {
        return registered.get(broker).epoch();
    }

    void apply(List<MetadataRecord> records) {
        context = context.after(records);
    }

    private PartitionImage decide() {
        context = context.withSessions(Sessions.of(registered.values()));
        apply(BrokerChange.decide(context, List.copyOf(registered.values())));
        apply(LeaderElections.leaderless(context));
        return now();
    }

    PartitionImage leave(int broker) {
        registered.remove(broker);
        return decide();
    }

    PartitionImage start(int broker, boolean keptAll) {
        registered.put(broker, registration(broker, keptAll));
        return decide();
    }

    /** The topic is deleted, and another of its name created. */
    void recreate() {
        apply(List.of(new MetadataRecord.TopicDeleted(TOPIC)));
        var id = new Uuid(8, 8);
        apply(List.of(new MetadataRecord.TopicCreated(NAME, id), new MetadataRecord.PartitionsChanged(id,
                List.of(new PartitionImage(0, List.of(1, 2, 3), List.of(1, 2, 3), 1, 0, 0)))));
    }

    boolean isRegistered(int broker) {
        return registered.containsKey(broker);
    }

    /** The same process in a new session. */
    PartitionImage registerAgain(int broker) {
        var before = registered.get(broker);
        registered.put(broker, new BrokerRegistration(broker, ++lastEpoch, before.incarnation(), List.of(),
                null, before.cleanShutdownEpoch()));
        return decide();
    }

    PartitionImage drain(int broker) {
        var before = registered.get(broker);
        registered.put(broker, new BrokerRegistration(broker, before.epoch(), before.incarnation(),
                List.of(), null, before.cleanShutdownEpoch(), true));
        return decide();
    }

    PartitionImage fence(int broker) {
        apply(BrokerChange.fence(context, broker, epochOf(broker)));
        return decide();
    }

    /** What the leader asks for when it knows the newest state. */
    AlterPartition.Response.PartitionData propose(Integer... isr) {
        var now = now();
        var members = List.of(isr).stream()
                .map(id -> new BrokerState(id, registered.containsKey(id) ? epochOf(id) : 1)).toList();
        return alter(now.leader(), epochOf(now.leader()), new AlterPartition.Request.PartitionData(0,
                now.leaderEpoch(), List.of(), members, (byte) 0, now.partitionEpoch()));
    }

    AlterPartition.Response.PartitionData alter(int sender, long senderEpoch,
            AlterPartition.Request.PartitionData change) {
        var decision = IsrChange.decide(context, new AlterPartition.Request(sender, senderEpoch,
                List.of(new AlterPartition.Request.TopicData(TOPIC, List.of(change)))));
        apply(decision.records());
        return decision.response().topics().get(0).partitions().get(0);
    }
}
