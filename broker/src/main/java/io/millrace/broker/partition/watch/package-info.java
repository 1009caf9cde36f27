/** How those who wait for data of a partition learn of it, once or again and again. */
package io.millrace.broker.partition.watch;
