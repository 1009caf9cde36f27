/** What to run, as read from a workload file. */
package io.millrace.benchmark.workload;
