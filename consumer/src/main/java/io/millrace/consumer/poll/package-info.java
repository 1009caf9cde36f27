/** What the polling thread owns: its mailbox, its partitions, and the records that it takes from fetched chunks. */
package io.millrace.consumer.poll;
