/** Requests about the cluster: versions, brokers, and which broker leads what. */
package io.millrace.broker.request.cluster;
