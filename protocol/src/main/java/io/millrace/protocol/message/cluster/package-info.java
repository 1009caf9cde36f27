/** Messages about the cluster and its brokers. One file an API: the records are the schema. */
package io.millrace.protocol.message.cluster;
