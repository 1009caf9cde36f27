/** What all tools share: how they are run to their end, how they reach the cluster, JSON and tables. */
package io.millrace.admin.command.line;
