package io.millrace.broker.metadata;

import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Schema;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;

/** One step of the cluster's state, as the metadata log holds it. What each does: {@link ImageBuilder}. */
public sealed interface MetadataRecord {

    /** How many things change: what reading the record again costs. */
    default int changes() {
        return 1;
    }

    /** Another broker became the controller; the first record of its term. */
    @Schema(versions = "0", flexibleSince = 0)
    record ControllerChanged(int controllerId, int controllerEpoch) implements MetadataRecord {}

    /** A broker registered, anew or again. */
    @Schema(versions = "0", flexibleSince = 0)
    record BrokerJoined(BrokerRegistration broker) implements MetadataRecord {}

    /** The registration of this epoch is gone. */
    @Schema(versions = "0", flexibleSince = 0)
    record BrokerLeft(int brokerId, long brokerEpoch) implements MetadataRecord {}

    /** A topic without partitions; those follow in the same entry. */
    @Schema(versions = "0", flexibleSince = 0)
    record TopicCreated(String name, Uuid id) implements MetadataRecord {}

    /** The topic, its partitions and its configs are gone. */
    @Schema(versions = "0", flexibleSince = 0)
    record TopicDeleted(Uuid id) implements MetadataRecord {}

    /** Partitions as they are now: each replaces the one of its index, or is the next one. */
    @Schema(versions = "0", flexibleSince = 0)
    record PartitionsChanged(Uuid topicId, List<PartitionImage> partitions) implements MetadataRecord {
        private static final int MOST_PARTITIONS = 4096;

        @Override
        public int changes() {
            return partitions.size();
        }

        /** Any number of partitions, as records small enough that a batch can be split between them. */
        public static List<MetadataRecord> split(Uuid topicId, List<PartitionImage> partitions) {
            var records = new ArrayList<MetadataRecord>();
            for (int from = 0; from < partitions.size(); from += MOST_PARTITIONS) {
                int to = Math.min(from + MOST_PARTITIONS, partitions.size());
                records.add(new PartitionsChanged(topicId, List.copyOf(partitions.subList(from, to))));
            }
            return records;
        }
    }

    /** A dynamic config; null removes it. */
    @Schema(versions = "0", flexibleSince = 0)
    record ConfigChanged(byte resourceType, String resourceName, String name, @Nullable String value)
            implements
                MetadataRecord {}

    /** All producer ids below this one are given out. */
    @Schema(versions = "0", flexibleSince = 0)
    record ProducerIdsAllocated(long nextProducerId) implements MetadataRecord {}
}
