/** Runs the same measurements against two brokers in turn and prints how they compare. */
package io.millrace.benchmark.compare;
