/** Measures the metadata log on its own, with as many partitions as no cluster on one machine can hold. */
package io.millrace.benchmark.control;
