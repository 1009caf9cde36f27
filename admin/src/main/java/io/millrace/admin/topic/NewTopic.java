package io.millrace.admin.topic;

import java.util.List;
import java.util.Map;

/**
 * A topic to be created: with counts, -1 for the broker's defaults, or, if the assignment is not empty, with the
 * replicas of each partition, the first of which is the preferred leader.
 */
public record NewTopic(String name, int partitions, short replicationFactor,
        Map<Integer, List<Integer>> assignment,
        Map<String, String> configs) {
    private static final int BROKERS_DEFAULT = -1;

    public NewTopic {
        assignment = Map.copyOf(assignment);
        configs = Map.copyOf(configs);
    }

    /** With so many partitions, and replicas of each. */
    public NewTopic(String name, int partitions, int replicationFactor) {
        this(name, partitions, (short) replicationFactor, Map.of(), Map.of());
    }

    /** With the broker's default counts. */
    public NewTopic(String name) {
        this(name, BROKERS_DEFAULT, BROKERS_DEFAULT);
    }

    /** With the replicas of each partition. */
    public NewTopic(String name, Map<Integer, List<Integer>> assignment) {
        this(name, BROKERS_DEFAULT, (short) BROKERS_DEFAULT, assignment, Map.of());
    }

    /** The same with these settings, and the defaults for all others. */
    public NewTopic withConfigs(Map<String, String> given) {
        return new NewTopic(name, partitions, replicationFactor, assignment, given);
    }
}
