/** One segment of a log: its mapped batches, its indexes, what reads and scans it, and the room ahead of its end. */
package io.millrace.broker.log.segment;
