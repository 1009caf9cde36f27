package io.millrace.broker.metadata;

import io.millrace.broker.metadata.MetadataRecord.PartitionsChanged;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;

/** Partitions of one topic as records small enough that a batch can be split between them. */
public final class PartitionRecords {
    private static final int MOST_PARTITIONS = 4096;

    private PartitionRecords() {}

    public static List<MetadataRecord> of(Uuid topicId, List<PartitionImage> partitions) {
        var records = new ArrayList<MetadataRecord>();
        for (int from = 0; from < partitions.size(); from += MOST_PARTITIONS) {
            int to = Math.min(from + MOST_PARTITIONS, partitions.size());
            records.add(new PartitionsChanged(topicId, List.copyOf(partitions.subList(from, to))));
        }
        return records;
    }
}
