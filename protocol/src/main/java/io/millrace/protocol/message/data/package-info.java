/** Messages about offsets; Produce and Fetch are hand-written in the data package. One file an API: the records are the schema. */
package io.millrace.protocol.message.data;
