/** Turns measurements into tables. */
package io.millrace.benchmark.report;
