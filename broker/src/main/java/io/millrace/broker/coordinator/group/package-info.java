/**
 * Coordinates classic consumer groups and keeps their committed offsets. A shard serves the groups of one led partition
 * of {@code __consumer_offsets}, on the partition's owner; {@link io.millrace.broker.coordinator.group.GroupCoordinators}
 * finds it.
 */
package io.millrace.broker.coordinator.group;
