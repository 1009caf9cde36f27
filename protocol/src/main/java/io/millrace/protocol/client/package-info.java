/**
 * Talking to a Kafka broker: one {@link io.millrace.protocol.client.Connection} is one socket on one event loop, opened
 * by a {@link io.millrace.protocol.client.Connector}.
 */
package io.millrace.protocol.client;
