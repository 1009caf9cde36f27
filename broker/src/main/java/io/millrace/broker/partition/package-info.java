/**
 * Partitions and who owns them: a partition's role, its high watermark, the appends that wait for it and
 * the fetches that wait for data. {@link io.millrace.broker.partition.PartitionTable} follows the image.
 */
package io.millrace.broker.partition;
