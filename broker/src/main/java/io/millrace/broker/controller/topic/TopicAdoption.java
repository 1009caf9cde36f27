package io.millrace.broker.controller.topic;

import static io.millrace.protocol.wire.ErrorCode.TOPIC_ALREADY_EXISTS;

import io.millrace.broker.controller.decision.Decision;
import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.controller.decision.Refusal;
import io.millrace.broker.metadata.ConfigResource;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.PartitionImage;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Decides that one broker holds topics whose logs it was given: all of them or none. Pure. */
public final class TopicAdoption {
    private TopicAdoption() {}

    /** The broker leads each partition at the epoch after its last one. Producer ids below the given one are taken. */
    public static Decision<Integer> decide(DecisionContext context, int brokerId, List<AdoptedTopic> topics,
            long nextProducerId) {
        var records = new ArrayList<MetadataRecord>();
        for (var topic : topics) {
            var other = context.image().topicLike(topic.name());
            Refusal.unless(other == null && context.image().topic(topic.id()) == null, TOPIC_ALREADY_EXISTS,
                    "Topic '", topic.name(), "' or one that collides with it already exists");
            records.add(new MetadataRecord.TopicCreated(topic.name(), topic.id()));
            records.addAll(MetadataRecord.PartitionsChanged.split(topic.id(), partitions(topic, brokerId)));
            new TreeMap<>(topic.configs()).forEach((name, value) -> records.add(
                    new MetadataRecord.ConfigChanged(ConfigResource.Type.TOPIC.code(), topic.name(), name,
                            value)));
        }
        records.add(new MetadataRecord.ProducerIdsAllocated(nextProducerId));
        return new Decision<>(records, topics.size());
    }

    private static List<PartitionImage> partitions(AdoptedTopic topic, int brokerId) {
        var partitions = new ArrayList<PartitionImage>();
        for (int epoch : topic.leaderEpochs()) {
            partitions
                    .add(new PartitionImage(partitions.size(), List.of(brokerId), List.of(brokerId), brokerId,
                            epoch + 1, 0));
        }
        return partitions;
    }
}
