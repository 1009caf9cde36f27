/** One partition's log and the directory of them: appends, reads, epochs, recovery and retention. */
package io.millrace.broker.log;
