package io.millrace.consumer.poll;

import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.record.TimestampType;

/** What the records of one batch have in common; the epoch is -1 if unknown. */
public record RecordSource(TopicPartition partition, int leaderEpoch, TimestampType timestampType) {}
