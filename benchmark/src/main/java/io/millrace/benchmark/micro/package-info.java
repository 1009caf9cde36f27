/** Micro-benchmarks of single hot paths. */
package io.millrace.benchmark.micro;
