/**
 * The records of {@code __consumer_offsets} in Kafka's formats, and the one path by which a coordinator writes them:
 * append now, apply and answer once committed.
 */
package io.millrace.broker.coordinator.group.journal;
