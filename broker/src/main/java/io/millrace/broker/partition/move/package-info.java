/**
 * Moves replicas from one log directory of this broker to another (KIP-113), while they serve.
 */
package io.millrace.broker.partition.move;
