package io.millrace.admin.group;

import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.message.group.ConsumerProtocolAssignment;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.MalformedMessageException;
import java.util.ArrayList;
import java.util.List;

/** Reads what consumers agreed on from the bytes that their group's coordinator keeps for them. Stateless. */
final class Assignments {
    private static final int NEWEST_VERSION = 3;

    private Assignments() {}

    /** In order; none for other protocols, and for bytes that make no sense: they are the members' own business. */
    static List<TopicPartition> read(String protocolType, Bytes assignment) {
        if (!protocolType.equals(GroupListing.CONSUMER) || assignment.length() < Short.BYTES) {
            return List.of();
        }
        var in = assignment.asByteBuf();
        int version = in.readShort();
        try {
            var read = Codec.of(ConsumerProtocolAssignment.class,
                    Math.max(0, Math.min(NEWEST_VERSION, version))).read(in);
            var partitions = new ArrayList<TopicPartition>();
            read.assignedPartitions().forEach(topic -> topic.partitions()
                    .forEach(number -> partitions.add(new TopicPartition(topic.topic(), number))));
            partitions.sort(null);
            return List.copyOf(partitions);
        } catch (MalformedMessageException e) {
            return List.of();
        }
    }
}
