/** Measures how long an append takes in the log itself, Millrace's and Kafka's, by turns and by flush policy. */
package io.millrace.benchmark.append;
