package io.millrace.admin.placement;

import io.millrace.protocol.cluster.TopicPartition;

/** The replica that a broker has of a partition. */
public record ReplicaPlace(TopicPartition partition, int brokerId) {}
