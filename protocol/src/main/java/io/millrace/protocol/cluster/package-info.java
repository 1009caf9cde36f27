/** A cluster as its clients see it: nodes, topics, partitions and their leaders. All of it immutable. */
package io.millrace.protocol.cluster;
