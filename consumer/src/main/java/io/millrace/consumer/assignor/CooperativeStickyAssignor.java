package io.millrace.consumer.assignor;

import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.wire.Bytes;
import io.netty.buffer.Unpooled;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Balances as the sticky assignor does, among members that keep what they own while they rebalance: a partition that moves
 * is first given up, and given to its new owner by the rebalance that follows (KIP-429).
 */
public final class CooperativeStickyAssignor implements PartitionAssignor {

    @Override
    public String name() {
        return "cooperative-sticky";
    }

    @Override
    public boolean isCooperative() {
        return true;
    }

    @Override
    public Bytes userData(Collection<TopicPartition> lastAssigned, int lastGeneration) {
        return Bytes.read(Unpooled.buffer().writeInt(lastGeneration), Integer.BYTES);
    }

    @Override
    public Map<String, List<TopicPartition>> assign(Map<String, Integer> partitionCounts,
            Collection<MemberSubscription> members) {
        var known = members.stream().map(CooperativeStickyAssignor::withGeneration).toList();
        var assignment = new StickyBalance(partitionCounts, known).assignment();
        var owners = new HashMap<TopicPartition, String>();
        known.forEach(
                member -> member.owned().forEach(partition -> owners.put(partition, member.memberId())));
        assignment.forEach((member, partitions) -> partitions.removeIf(
                partition -> !owners.getOrDefault(partition, member).equals(member)));
        return assignment;
    }

    /** Members of older versions have their generation in the user data alone. */
    private static MemberSubscription withGeneration(MemberSubscription member) {
        boolean isInUserData = member.generation() < 0 && member.userData() != null
                && member.userData().length() >= Integer.BYTES;
        int generation = isInUserData ? member.userData().asByteBuf().readInt() : member.generation();
        return new MemberSubscription(member.memberId(), member.instanceId(), member.topics(), member.owned(),
                generation, null);
    }
}
