/** One partition on disk: mapped segments, their indexes, producers, epochs, recovery and retention. */
package io.millrace.broker.log;
