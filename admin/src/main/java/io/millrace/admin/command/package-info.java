/** One class per command-line tool in bin; flags, output and exit codes are those of Kafka's tool of that name. */
package io.millrace.admin.command;
