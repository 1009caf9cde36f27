/** Mapped stretches of files: allocated before they are written to, kept in memory within a budget. */
package io.millrace.broker.log.region;
