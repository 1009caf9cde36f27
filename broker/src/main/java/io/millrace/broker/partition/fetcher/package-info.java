/**
 * Fetches partitions from the brokers that lead them: a {@link io.millrace.broker.partition.fetcher.ReplicaFetcher} for
 * each, on a core loop, in an incremental session (KIP-227). It reaches them through
 * {@link io.millrace.broker.partition.fetcher.Peers}.
 */
package io.millrace.broker.partition.fetcher;
