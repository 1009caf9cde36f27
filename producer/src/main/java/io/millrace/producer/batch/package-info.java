/** Gathers records into batches, one accumulator per partition. */
package io.millrace.producer.batch;
