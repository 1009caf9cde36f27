/** What a log remembers of its idempotent producers, and the snapshots from which a restart restores it. */
package io.millrace.broker.log.producer;
