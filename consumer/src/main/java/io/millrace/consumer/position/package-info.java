/** Where a consumer stands in each of its partitions. */
package io.millrace.consumer.position;
