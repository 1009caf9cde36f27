package io.millrace.protocol.message.group;

import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Ignorable;
import io.millrace.protocol.codec.Nullable;
import io.millrace.protocol.codec.Schema;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.wire.Bytes;
import java.util.List;

/**
 * What a classic consumer subscribes to: the metadata in its {@link JoinGroup.Request.Protocol}, behind two bytes
 * of version. A reader takes a newer version as the newest it knows; later fields only follow.
 */
@Schema(versions = "0-3")
public record ConsumerProtocolSubscription(
        List<String> topics,
        @Nullable @Default("null") Bytes userData,
        @Since(1) @Ignorable List<TopicPartition> ownedPartitions,
        @Since(2) @Ignorable @Default("-1") int generationId,
        @Since(3) @Nullable @Ignorable @Default("null") String rackId) {

    public record TopicPartition(String topic, List<Integer> partitions) {}
}
