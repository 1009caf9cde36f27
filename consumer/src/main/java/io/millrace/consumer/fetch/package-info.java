/** Fetch sessions with partition leaders, and the records that wait to be polled. */
package io.millrace.consumer.fetch;
