/** Sends full batches to partition leaders and retries what may be retried. */
package io.millrace.producer.send;
