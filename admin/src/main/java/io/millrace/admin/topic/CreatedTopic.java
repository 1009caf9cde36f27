package io.millrace.admin.topic;

import io.millrace.protocol.wire.Uuid;

/** A topic as it was created; the counts are -1, and the id is zero, if the broker did not say. */
public record CreatedTopic(String name, Uuid id, int partitions, int replicationFactor) {}
