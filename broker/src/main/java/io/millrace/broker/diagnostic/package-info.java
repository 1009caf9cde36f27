/** What the broker tells its operator: the form of a log line, and where lines go. */
package io.millrace.broker.diagnostic;
