/** Offsets of partitions: looked up by time or place, and moved forward by deleting records. */
package io.millrace.admin.offset;
