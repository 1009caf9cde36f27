/** Gathers records into batches, in place: one queue of batches per partition, all in one bounded memory. */
package io.millrace.producer.batch;
