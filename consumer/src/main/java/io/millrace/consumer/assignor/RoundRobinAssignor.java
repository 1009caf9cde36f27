package io.millrace.consumer.assignor;

import io.millrace.protocol.cluster.TopicPartition;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Deals the partitions of all topics out to the members in turn, past those that do not read the topic. */
public final class RoundRobinAssignor implements PartitionAssignor {

    @Override
    public String name() {
        return "roundrobin";
    }

    @Override
    public Map<String, List<TopicPartition>> assign(Map<String, Integer> partitionCounts,
            Collection<MemberSubscription> members) {
        var assignment = MemberSubscription.nothing(members);
        var inTurn = members.stream().sorted().toList();
        int turn = 0;
        for (var topic : new TreeMap<>(partitionCounts).entrySet()) {
            if (inTurn.stream().noneMatch(member -> member.topics().contains(topic.getKey()))) {
                continue;
            }
            for (int partition = 0; partition < topic.getValue(); partition++) {
                while (!inTurn.get(turn % inTurn.size()).topics().contains(topic.getKey())) {
                    turn++;
                }
                assignment.get(inTurn.get(turn++ % inTurn.size()).memberId())
                        .add(new TopicPartition(topic.getKey(), partition));
            }
        }
        return assignment;
    }
}
