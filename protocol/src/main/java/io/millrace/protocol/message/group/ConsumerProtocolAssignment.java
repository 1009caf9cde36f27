package io.millrace.protocol.message.group;

import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Schema;
import io.millrace.protocol.wire.Bytes;
import java.util.List;

/**
 * The partitions of one classic consumer: the assignment in {@link SyncGroup}, behind two bytes of version.
 * A reader takes a newer version as the newest it knows; later fields only follow.
 */
@Schema(versions = "0-3")
public record ConsumerProtocolAssignment(
        List<TopicPartition> assignedPartitions,
        @Nullable @Default("null") Bytes userData) {

    public record TopicPartition(String topic, List<Integer> partitions) {}
}
