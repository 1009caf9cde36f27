package io.millrace.broker.simulation;

import io.millrace.broker.metadata.TopicImage;
import io.millrace.broker.simulation.machine.Network;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.message.config.IncrementalAlterConfigs;
import io.millrace.protocol.message.topic.AlterPartitionReassignments;
import io.millrace.protocol.message.topic.CreateTopics;
import io.millrace.protocol.message.topic.DeleteRecords;
import io.millrace.protocol.message.topic.DeleteTopics;
import io.millrace.protocol.message.topic.ElectLeaders;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Asks for what administrators ask: topics, moves, elections, configs, deletions. Owned by the schedule. */
final class Operator {
    private static final int TIMEOUT_MS = 2500;
    private static final byte TOPIC = 2;
    private static final byte SET = 0;
    private static final byte PREFERRED = 0;
    private static final int OPERATOR_ID = 2000;

    private final Cluster cluster;
    private final boolean keepsBounds;

    /** {@code keepsBounds}: every topic keeps a min.insync.replicas under which a loss of power is survived. */
    Operator(Cluster cluster, boolean keepsBounds) {
        this.cluster = cluster;
        this.keepsBounds = keepsBounds;
    }

    private int chance(int bound) {
        return cluster.schedule().random().nextInt(bound);
    }

    private <R extends ApiMessage> void ask(ApiRequest<R> request) {
        var broker = cluster.anyBroker();
        if (broker != null) {
            cluster.schedule().note("operator: " + request);
            broker.loop().execute(() -> broker.controller().ask(request));
        }
    }

    void createTopic(String name) {
        int brokers = cluster.seats().size();
        int replicas = keepsBounds ? 3 : 1 + chance(Math.min(3, brokers));
        int minInSync = keepsBounds ? 2 : 1 + chance(Math.min(2, replicas));
        var configs = new ArrayList<CreateTopics.Request.CreatableTopicConfig>();
        configs.add(new CreateTopics.Request.CreatableTopicConfig("min.insync.replicas",
                Integer.toString(minInSync)));
        if (chance(4) == 0) {
            configs.add(new CreateTopics.Request.CreatableTopicConfig("flush.messages", "1"));
        }
        ask(new CreateTopics.Request(List.of(new CreateTopics.Request.CreatableTopic(name, 1 + chance(2),
                (short) replicas, List.of(), configs)), TIMEOUT_MS, false));
    }

    /** Something, to one of the topics. */
    void act() {
        var topics = new ArrayList<>(cluster.observer().image().topics());
        if (topics.isEmpty()) {
            return;
        }
        topics.sort((one, other) -> one.name().compareTo(other.name()));
        var topic = topics.get(chance(topics.size()));
        boolean isGroups = topic.name().equals(TopicImage.CONSUMER_OFFSETS); // whose records nobody deletes
        switch (isGroups ? 1 + chance(9) : chance(12)) {
            case 0 -> ask(new DeleteTopics.Request(
                    List.of(new DeleteTopics.Request.DeleteTopicState(topic.name(), Uuid.ZERO)), List.of(),
                    TIMEOUT_MS));
            case 1, 2, 3, 4 -> move(topic);
            case 5, 6, 7 -> ask(new ElectLeaders.Request(PREFERRED, null, TIMEOUT_MS));
            case 8, 9 -> changeBound(topic);
            default -> deleteRecords(topic);
        }
    }

    private void move(TopicImage topic) {
        int index = chance(topic.partitions().size());
        var partition = topic.partition(index);
        List<Integer> wanted = null;
        if (!partition.isReassigning() || chance(3) > 0) {
            var ids = new ArrayList<Integer>();
            cluster.seats().forEach(seat -> ids.add(seat.id));
            Collections.shuffle(ids, new Random(cluster.schedule().random().nextLong()));
            int least = keepsBounds ? 3 : 1;
            wanted = List.copyOf(ids.subList(0, least + chance(Math.min(3, ids.size()) - least + 1)));
        }
        ask(new AlterPartitionReassignments.Request(TIMEOUT_MS, true, List.of(
                new AlterPartitionReassignments.Request.ReassignableTopic(topic.name(), List.of(
                        new AlterPartitionReassignments.Request.ReassignablePartition(index, wanted))))));
    }

    private void changeBound(TopicImage topic) {
        if (!keepsBounds) {
            ask(new IncrementalAlterConfigs.Request(List.of(
                    new IncrementalAlterConfigs.Request.AlterConfigsResource(TOPIC, topic.name(), List.of(
                            new IncrementalAlterConfigs.Request.AlterableConfig("min.insync.replicas", SET,
                                    Integer.toString(1 + chance(2)))))),
                    false));
        }
    }

    private void deleteRecords(TopicImage topic) {
        int index = chance(topic.partitions().size());
        var history = cluster.observer().history(topic.id(), index);
        int leader = topic.partition(index).leader();
        if (leader < 0 || history.committedEnd() == 0) {
            return;
        }
        long offset = cluster.schedule().random().nextLong(history.committedEnd() + 1);
        history.deleted(offset);
        cluster.schedule().note("operator: delete below " + offset + " of " + topic.name() + "-" + index);
        var request = new DeleteRecords.Request(List.of(new DeleteRecords.Request.Topic(topic.name(),
                List.of(new DeleteRecords.Request.Partition(index, offset)))), TIMEOUT_MS);
        short version = ApiKey.DELETE_RECORDS.maxVersion();
        var body = Unpooled.buffer();
        Codec.of(DeleteRecords.Request.class, version).write(request, body);
        cluster.network().<ByteBuf>call(new Network.Caller(OPERATOR_ID, cluster.clientLoop(), "operator"),
                leader,
                TIMEOUT_MS, (broker, answer) -> broker.request(ApiKey.DELETE_RECORDS, version, body, answer),
                (answer, failure) -> {});
    }
}
