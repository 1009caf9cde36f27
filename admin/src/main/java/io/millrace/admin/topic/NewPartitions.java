package io.millrace.admin.topic;

import java.util.List;

/** How many partitions a topic shall have, and, unless the list is empty, the replicas of each one that is added. */
public record NewPartitions(int totalCount, List<List<Integer>> assignments) {

    /** The cluster places the added ones. */
    public static NewPartitions increaseTo(int totalCount) {
        return new NewPartitions(totalCount, List.of());
    }
}
