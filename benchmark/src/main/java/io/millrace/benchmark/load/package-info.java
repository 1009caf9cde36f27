/** Open-loop schedules and latency histograms. */
package io.millrace.benchmark.load;
