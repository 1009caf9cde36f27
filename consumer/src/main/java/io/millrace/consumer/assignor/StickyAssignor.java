package io.millrace.consumer.assignor;

import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.wire.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Balances the members, and lets each keep what it had as far as balance allows. Members give everything up before they
 * join, so they tell the leader in the user data what they had.
 * <pre>
 * | topics 4 | { length 2 | topic | partitions 4 | { partition 4 } ... } ... | generation 4 |
 * </pre>
 */
public final class StickyAssignor implements PartitionAssignor {

    @Override
    public String name() {
        return "sticky";
    }

    @Override
    public Bytes userData(Collection<TopicPartition> lastAssigned, int lastGeneration) {
        var byTopic = new TreeMap<String, List<Integer>>();
        lastAssigned.forEach(partition -> byTopic
                .computeIfAbsent(partition.topic(), absent -> new ArrayList<>()).add(partition.partition()));
        var out = Unpooled.buffer().writeInt(byTopic.size());
        byTopic.forEach((topic, partitions) -> {
            var name = topic.getBytes(StandardCharsets.UTF_8);
            out.writeShort(name.length).writeBytes(name).writeInt(partitions.size());
            partitions.forEach(out::writeInt);
        });
        out.writeInt(lastGeneration);
        return Bytes.read(out, out.readableBytes());
    }

    @Override
    public Map<String, List<TopicPartition>> assign(Map<String, Integer> partitionCounts,
            Collection<MemberSubscription> members) {
        return new StickyBalance(partitionCounts, members.stream().map(StickyAssignor::withOwned).toList())
                .assignment();
    }

    /** The member with what its user data says that it had; with nothing if that makes no sense. */
    private static MemberSubscription withOwned(MemberSubscription member) {
        var owned = new ArrayList<TopicPartition>();
        int generation = member.generation();
        if (member.userData() != null) {
            var in = member.userData().asByteBuf();
            try {
                read(in, owned);
                generation = in.isReadable(Integer.BYTES) ? in.readInt() : -1;
            } catch (IndexOutOfBoundsException e) {
                owned.clear();
            }
        }
        return new MemberSubscription(member.memberId(), member.instanceId(), member.topics(), owned,
                generation,
                null);
    }

    private static void read(ByteBuf in, List<TopicPartition> owned) {
        for (int topics = in.readInt(); topics > 0; topics--) {
            var topic = in.readCharSequence(in.readUnsignedShort(), StandardCharsets.UTF_8).toString();
            for (int left = in.readInt(); left > 0; left--) {
                owned.add(new TopicPartition(topic, in.readInt()));
            }
        }
    }
}
