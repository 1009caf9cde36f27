package io.millrace.broker.controller.topic;

import java.util.Map;

/**
 * How a topic that the brokers themselves need is created at its first use. The replication factor is an upper bound:
 * a cluster with fewer live brokers gets as many replicas as it has brokers.
 */
public record InternalTopic(String name, int numPartitions, int replicationFactor,
        Map<String, String> configs) {

    public InternalTopic {
        configs = Map.copyOf(configs);
    }
}
