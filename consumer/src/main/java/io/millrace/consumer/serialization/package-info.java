/** Turns bytes into keys and values. */
package io.millrace.consumer.serialization;
