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
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Folds records over an image into the next one. Used by one thread, once. A record that contradicts the image means
 * that the log is damaged or that a controller erred: {@link IllegalStateException}.
 */
public final class ImageBuilder {
    private final ClusterImage base;
    private final PersistentMap.Editor<String, TopicImage> topicsByForm;
    private final PersistentMap.Editor<Uuid, TopicImage> topicsById;
    private final PersistentMap.Editor<ConfigResource, Map<String, String>> configs;
    private final Map<Uuid, List<PartitionImage>> changedPartitions = new HashMap<>();
    private final Map<ConfigResource, Map<String, String>> changedConfigs = new HashMap<>();
    private SortedMap<Integer, BrokerRegistration> brokers;
    private int controllerId;
    private int controllerEpoch;
    private long nextProducerId;
    private Map<Integer, Long> departedEpochs;

    public ImageBuilder(ClusterImage base) {
        this.base = base;
        topicsByForm = base.topicsByForm().edit();
        topicsById = base.topicsById().edit();
        configs = base.configsByResource().edit();
        brokers = base.brokers();
        controllerId = base.controllerId();
        controllerEpoch = base.controllerEpoch();
        nextProducerId = base.nextProducerId();
        departedEpochs = base.header().departedEpochs();
    }

    /** The image after these records, as of this version. */
    public static ClusterImage fold(ClusterImage base, List<MetadataRecord> records, long version) {
        var builder = new ImageBuilder(base);
        records.forEach(builder::apply);
        return builder.build(version);
    }

    public void apply(MetadataRecord record) {
        if (record instanceof ControllerChanged change) {
            apply(change);
        } else if (record instanceof BrokerJoined joined) {
            ownBrokers().put(joined.broker().id(), joined.broker());
        } else if (record instanceof BrokerLeft left) {
            apply(left);
        } else if (record instanceof TopicCreated created) {
            apply(created);
        } else if (record instanceof TopicDeleted deleted) {
            apply(deleted);
        } else if (record instanceof PartitionsChanged changed) {
            apply(changed);
        } else if (record instanceof ConfigChanged config) {
            apply(config);
        } else if (record instanceof ProducerIdsAllocated ids) {
            nextProducerId = Math.max(nextProducerId, ids.nextProducerId());
        }
    }

    private void apply(ControllerChanged change) {
        require(change.controllerEpoch() >= controllerEpoch, change);
        controllerId = change.controllerId();
        controllerEpoch = change.controllerEpoch();
    }

    private void apply(BrokerLeft left) {
        var broker = brokers.get(left.brokerId());
        if (broker != null && broker.epoch() == left.brokerEpoch()) {
            ownBrokers().remove(left.brokerId());
        }
        departedEpochs = new TreeMap<>(departedEpochs);
        departedEpochs.merge(left.brokerId(), left.brokerEpoch(), Math::max);
    }

    private void apply(TopicCreated created) {
        require(topicsByForm.get(TopicName.collisionForm(created.name())) == null
                && topicsById.get(created.id()) == null, created);
        put(new TopicImage(created.name(), created.id(), List.of()));
        changedPartitions.put(created.id(), new ArrayList<>());
    }

    private void apply(TopicDeleted deleted) {
        var topic = topicsById.get(deleted.id());
        require(topic != null, deleted);
        topicsById.remove(topic.id());
        topicsByForm.remove(TopicName.collisionForm(topic.name()));
        changedPartitions.remove(topic.id());
        changedConfigs.remove(ConfigResource.topic(topic.name()));
        configs.remove(ConfigResource.topic(topic.name()));
    }

    private void apply(PartitionsChanged changed) {
        var topic = topicsById.get(changed.topicId());
        require(topic != null, changed);
        var partitions = changedPartitions.computeIfAbsent(topic.id(),
                id -> new ArrayList<>(topic.partitions()));
        for (var partition : changed.partitions()) {
            if (partition.index() == partitions.size()) {
                partitions.add(partition);
            } else {
                require(partition.index() >= 0 && partition.index() < partitions.size(), changed);
                partitions.set(partition.index(), partition);
            }
        }
    }

    private void apply(ConfigChanged config) {
        var type = ConfigResource.Type.of(config.resourceType());
        require(type != null, config);
        var resource = new ConfigResource(type, config.resourceName());
        var values = changedConfigs.computeIfAbsent(resource, this::copyConfigs);
        if (config.value() == null) {
            values.remove(config.name());
        } else {
            values.put(config.name(), config.value());
        }
    }

    private Map<String, String> copyConfigs(ConfigResource resource) {
        var values = configs.get(resource);
        return values == null ? new TreeMap<>() : new TreeMap<>(values);
    }

    private SortedMap<Integer, BrokerRegistration> ownBrokers() {
        if (brokers == base.brokers()) {
            brokers = new TreeMap<>(brokers);
        }
        return brokers;
    }

    private void put(TopicImage topic) {
        topicsByForm.put(TopicName.collisionForm(topic.name()), topic);
        topicsById.put(topic.id(), topic);
    }

    private static void require(boolean holds, MetadataRecord record) {
        if (!holds) {
            throw new IllegalStateException("metadata record contradicts the cluster's state: " + record);
        }
    }

    public ClusterImage build(long version) {
        changedPartitions.forEach((id, partitions) -> put(
                new TopicImage(topicsById.get(id).name(), id, partitions)));
        changedConfigs.forEach((resource, values) -> {
            if (values.isEmpty()) {
                configs.remove(resource);
            } else {
                configs.put(resource, Collections.unmodifiableMap(values));
            }
        });
        var header = new ClusterImage.ImageHeader(version, base.clusterId(), controllerId, controllerEpoch,
                nextProducerId, Collections.unmodifiableMap(departedEpochs));
        var liveBrokers = brokers == base.brokers() ? brokers : Collections.unmodifiableSortedMap(brokers);
        return new ClusterImage(header, liveBrokers, topicsByForm.build(), topicsById.build(),
                configs.build());
    }
}
