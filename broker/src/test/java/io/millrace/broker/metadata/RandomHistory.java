package io.millrace.broker.metadata;

import io.millrace.broker.metadata.MetadataRecord.BrokerJoined;
import io.millrace.broker.metadata.MetadataRecord.BrokerLeft;
import io.millrace.broker.metadata.MetadataRecord.ConfigChanged;
import io.millrace.broker.metadata.MetadataRecord.ControllerChanged;
import io.millrace.broker.metadata.MetadataRecord.PartitionsChanged;
import io.millrace.broker.metadata.MetadataRecord.ProducerIdsAllocated;
import io.millrace.broker.metadata.MetadataRecord.TopicCreated;
import io.millrace.broker.metadata.MetadataRecord.TopicDeleted;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes batches of records, each legal after the ones before it. */
public final class RandomHistory {
    private final Random random;
    private ClusterImage image;

    public RandomHistory(long seed, String clusterId) {
        random = new Random(seed);
        image = ClusterImage.empty(clusterId);
    }

    /** The image after all batches made so far. */
    public ClusterImage image() {
        return image;
    }

    public MetadataBatch next() {
        var records = new ArrayList<MetadataRecord>();
        int count = 1 + random.nextInt(6);
        var folded = image;
        while (records.size() < count) {
            var step = step(folded);
            records.addAll(step);
            folded = ImageBuilder.fold(folded, step, image.version() + 1);
        }
        image = folded;
        return new MetadataBatch(folded.controllerEpoch(), records);
    }

    private List<MetadataRecord> step(ClusterImage now) {
        return switch (random.nextInt(8)) {
            case 0 -> List.of(new ControllerChanged(random.nextInt(5), now.controllerEpoch() + 1));
            case 1 -> List.of(new BrokerJoined(broker()));
            case 2 -> now.brokers().isEmpty() ? List.of() : List.of(left(now));
            case 3, 4 -> created();
            case 5 -> now.topics().isEmpty() ? List.of() : List.of(new TopicDeleted(anyTopic(now).id()));
            case 6 -> now.topics().isEmpty() ? List.of() : List.of(changed(anyTopic(now)));
            default -> List.of(config(now), new ProducerIdsAllocated(now.nextProducerId() + 1000));
        };
    }

    private BrokerRegistration broker() {
        var endpoint = new Endpoint("PLAINTEXT", "PLAINTEXT", "host" + random.nextInt(3), 9092);
        return new BrokerRegistration(random.nextInt(5), random.nextInt(1000), uuid(), List.of(endpoint),
                random.nextBoolean() ? null : "rack" + random.nextInt(3), random.nextInt(100) - 1);
    }

    private MetadataRecord left(ClusterImage now) {
        var all = new ArrayList<>(now.brokers().values());
        var broker = all.get(random.nextInt(all.size()));
        return new BrokerLeft(broker.id(), broker.epoch());
    }

    private List<MetadataRecord> created() {
        var id = uuid();
        var partitions = new ArrayList<PartitionImage>();
        int count = 1 + random.nextInt(random.nextInt(20) == 0 ? 6000 : 10);
        for (int i = 0; i < count; i++) {
            partitions.add(partition(i));
        }
        var records = new ArrayList<MetadataRecord>(List.of(new TopicCreated("topic-" + id, id)));
        records.addAll(PartitionsChanged.split(id, partitions));
        return records;
    }

    private MetadataRecord changed(TopicImage topic) {
        int count = topic.partitions().size();
        return new PartitionsChanged(topic.id(), List.of(partition(random.nextInt(count)), partition(count)));
    }

    private MetadataRecord config(ClusterImage now) {
        boolean ofTopic = random.nextBoolean() && !now.topics().isEmpty();
        var resource = ofTopic ? ConfigResource.topic(anyTopic(now).name()) : ConfigResource.ALL_BROKERS;
        return new ConfigChanged(resource.type().code(), resource.name(), "key" + random.nextInt(3),
                random.nextInt(3) == 0 ? null : "value" + random.nextInt());
    }

    private PartitionImage partition(int index) {
        var replicas = List.of(random.nextInt(5), 5 + random.nextInt(5));
        var placed = new PartitionImage(index, replicas,
                random.nextBoolean() ? replicas : replicas.subList(0, 1), random.nextInt(5) - 1,
                random.nextInt(100), random.nextInt(100));
        if (random.nextInt(4) != 0) {
            return placed;
        }
        return placed.edit().elr(some(replicas)).lastKnownElr(some(replicas))
                .reassignment(some(replicas), some(replicas)).recovering(random.nextBoolean())
                .build(random.nextInt(100), random.nextInt(100));
    }

    private List<Integer> some(List<Integer> of) {
        return of.subList(0, random.nextInt(of.size() + 1));
    }

    private TopicImage anyTopic(ClusterImage now) {
        var topics = now.topics().iterator();
        var topic = topics.next();
        for (int skip = random.nextInt(now.topics().size()); skip > 0; skip--) {
            topic = topics.next();
        }
        return topic;
    }

    private Uuid uuid() {
        return new Uuid(random.nextLong(), random.nextLong());
    }
}
