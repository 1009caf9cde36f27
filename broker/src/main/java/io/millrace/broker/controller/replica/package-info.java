/**
 * Decisions about the replicas of partitions: who is in sync, who leads, who joins and leaves. Pure functions. Every
 * change of a partition goes through {@link io.millrace.broker.controller.replica.PartitionChange}.
 */
package io.millrace.broker.controller.replica;
