package io.millrace.consumer.assignor;

import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.wire.Bytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a member tells the leader: what it wants, what it owns, and since which generation, -1 if unknown. The instance
 * id and the user data may be null. Static members come first, then all are in the order of their ids.
 */
public record MemberSubscription(
        String memberId,
        String instanceId,
        Set<String> topics,
        List<TopicPartition> owned,
        int generation,
        Bytes userData) implements Comparable<MemberSubscription> {

    @Override
    public int compareTo(MemberSubscription other) {
        if (instanceId != null && other.instanceId != null) {
            return instanceId.compareTo(other.instanceId);
        }
        if (instanceId == null && other.instanceId == null) {
            return memberId.compareTo(other.memberId);
        }
        return instanceId != null ? -1 : 1;
    }

    /** An assignment in which nobody has anything yet. */
    static TreeMap<String, List<TopicPartition>> nothing(Collection<MemberSubscription> members) {
        var assignment = new TreeMap<String, List<TopicPartition>>();
        members.forEach(member -> assignment.put(member.memberId, new ArrayList<>()));
        return assignment;
    }
}
