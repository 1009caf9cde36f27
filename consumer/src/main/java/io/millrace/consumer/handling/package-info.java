/** The order of records that several threads handle at once: one at a time of each key, and what may be committed. */
package io.millrace.consumer.handling;
