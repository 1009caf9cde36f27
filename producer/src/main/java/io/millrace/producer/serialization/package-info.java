/** Turns keys and values into bytes. */
package io.millrace.producer.serialization;
