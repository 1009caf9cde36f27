package io.millrace.consumer.assignor;

import io.millrace.protocol.cluster.TopicPartition;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Gives each member a run of each topic's partitions, the first members one more: equal partitions stay together. */
public final class RangeAssignor implements PartitionAssignor {

    @Override
    public String name() {
        return "range";
    }

    @Override
    public Map<String, List<TopicPartition>> assign(Map<String, Integer> partitionCounts,
            Collection<MemberSubscription> members) {
        var assignment = MemberSubscription.nothing(members);
        partitionCounts.forEach((topic, count) -> {
            var readers = members.stream().filter(member -> member.topics().contains(topic)).sorted()
                    .toList();
            int next = 0;
            for (int i = 0; i < readers.size(); i++) {
                int length = count / readers.size() + (i < count % readers.size() ? 1 : 0);
                var of = assignment.get(readers.get(i).memberId());
                for (int end = next + length; next < end; next++) {
                    of.add(new TopicPartition(topic, next));
                }
            }
        });
        return assignment;
    }
}
