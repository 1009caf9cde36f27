/**
 * Derives the wire format of a message from its record: annotations say which versions carry a component,
 * and {@link io.millrace.protocol.codec.Codec} turns them into readers and writers, one per class and version.
 */
package io.millrace.protocol.codec;
