/** Messages about offsets of partitions; Produce and Fetch themselves are hand-written in the data package. */
package io.millrace.protocol.message.data;
