package io.millrace.broker.coordinator.group;

import io.millrace.broker.coordinator.group.membership.GroupPolicy;
import io.millrace.broker.metadata.ClusterImage;
import java.time.InstantSource;
import java.util.function.Supplier;

/** What all shards of a broker share. Immutable. */
record ShardContext(
        GroupPolicy groupPolicy,
        OffsetPolicy offsetPolicy,
        Supplier<ClusterImage> image,
        InstantSource clock) {}
