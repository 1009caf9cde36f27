/** Where the recovery of a log may begin inside its last segment. */
package io.millrace.broker.log.recovery;
