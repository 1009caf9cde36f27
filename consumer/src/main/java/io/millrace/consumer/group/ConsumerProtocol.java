package io.millrace.consumer.group;

import io.millrace.consumer.assignor.MemberSubscription;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.message.group.ConsumerProtocolAssignment;
import io.millrace.protocol.message.group.ConsumerProtocolSubscription;
import io.millrace.protocol.message.group.JoinGroup;
import io.millrace.protocol.wire.Bytes;
import io.millrace.protocol.wire.MalformedMessageException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * What members tell each other through the coordinator, in the format of Kafka's consumers. Stateless.
 * <pre>
 * | version 2 | subscription or assignment |      of a newer version, the fields that are known here come first
 * </pre>
 */
final class ConsumerProtocol {
    static final String TYPE = "consumer";
    private static final int NEWEST = 3;

    private ConsumerProtocol() {}

    /** What a member wants, and what it owns since a generation. */
    record Intent(Set<String> topics, Collection<TopicPartition> owned, int generation) {}

    static Bytes subscription(Intent intent, Bytes userData, String rackId) {
        var owned = new TreeMap<String, List<Integer>>();
        intent.owned.forEach(partition -> owned
                .computeIfAbsent(partition.topic(), absent -> new ArrayList<>()).add(partition.partition()));
        var message = new ConsumerProtocolSubscription(intent.topics.stream().sorted().toList(), userData,
                owned.entrySet().stream()
                        .map(topic -> new ConsumerProtocolSubscription.TopicPartition(topic.getKey(),
                                topic.getValue()))
                        .toList(),
                intent.generation, rackId.isEmpty() ? null : rackId);
        var out = Unpooled.buffer().writeShort(NEWEST);
        Codec.of(ConsumerProtocolSubscription.class, NEWEST).write(message, out);
        return Bytes.read(out, out.readableBytes());
    }

    /** Throws {@link MalformedMessageException}. */
    static MemberSubscription subscription(JoinGroup.Response.Member member) {
        var in = member.metadata().asByteBuf();
        var message = Codec.of(ConsumerProtocolSubscription.class, version(in)).read(in);
        var owned = new ArrayList<TopicPartition>();
        message.ownedPartitions().forEach(topic -> topic.partitions()
                .forEach(partition -> owned.add(new TopicPartition(topic.topic(), partition))));
        return new MemberSubscription(member.memberId(), member.groupInstanceId(),
                Set.copyOf(message.topics().stream().distinct().toList()), owned, message.generationId(),
                message.userData());
    }

    static Bytes assignment(Collection<TopicPartition> partitions) {
        var byTopic = new TreeMap<String, List<Integer>>();
        partitions.forEach(partition -> byTopic
                .computeIfAbsent(partition.topic(), absent -> new ArrayList<>()).add(partition.partition()));
        var message = new ConsumerProtocolAssignment(byTopic.entrySet().stream()
                .map(topic -> new ConsumerProtocolAssignment.TopicPartition(topic.getKey(), topic.getValue()))
                .toList(), null);
        var out = Unpooled.buffer().writeShort(NEWEST);
        Codec.of(ConsumerProtocolAssignment.class, NEWEST).write(message, out);
        return Bytes.read(out, out.readableBytes());
    }

    /** Nothing if the leader sent nothing. Throws {@link MalformedMessageException}. */
    static Set<TopicPartition> assignment(Bytes bytes) {
        if (bytes.length() == 0) {
            return Set.of();
        }
        var in = bytes.asByteBuf();
        var partitions = new ArrayList<TopicPartition>();
        Codec.of(ConsumerProtocolAssignment.class, version(in)).read(in).assignedPartitions()
                .forEach(topic -> topic.partitions()
                        .forEach(partition -> partitions.add(new TopicPartition(topic.topic(), partition))));
        return Set.copyOf(partitions);
    }

    private static int version(ByteBuf in) {
        int version = in.isReadable(Short.BYTES) ? in.readShort() : -1;
        if (version < 0) {
            throw new MalformedMessageException("no version of the consumer protocol");
        }
        return Math.min(version, NEWEST);
    }
}
