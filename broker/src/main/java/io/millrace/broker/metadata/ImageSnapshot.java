package io.millrace.broker.metadata;

import io.millrace.broker.metadata.MetadataRecord.BrokerJoined;
import io.millrace.broker.metadata.MetadataRecord.BrokerLeft;
import io.millrace.broker.metadata.MetadataRecord.ConfigChanged;
import io.millrace.broker.metadata.MetadataRecord.ControllerChanged;
import io.millrace.broker.metadata.MetadataRecord.PartitionsChanged;
import io.millrace.broker.metadata.MetadataRecord.ProducerIdsAllocated;
import io.millrace.broker.metadata.MetadataRecord.TopicCreated;
import java.util.ArrayList;
import java.util.List;

/** An image as the shortest list of records whose fold over the empty image it is. */
public final class ImageSnapshot {

    private ImageSnapshot() {}

    public static List<MetadataRecord> recordsOf(ClusterImage image) {
        var records = new ArrayList<MetadataRecord>();
        records.add(new ControllerChanged(image.controllerId(), image.controllerEpoch()));
        records.add(new ProducerIdsAllocated(image.nextProducerId()));
        image.header().departedEpochs().forEach((id, epoch) -> records.add(new BrokerLeft(id, epoch)));
        image.brokers().values().forEach(broker -> records.add(new BrokerJoined(broker)));
        for (var topic : image.topics()) {
            records.add(new TopicCreated(topic.name(), topic.id()));
            records.addAll(PartitionsChanged.split(topic.id(), topic.partitions()));
        }
        image.configsByResource().forEach((resource, values) -> values.forEach((name, value) -> records.add(
                new ConfigChanged(resource.type().code(), resource.name(), name, value))));
        return records;
    }
}
