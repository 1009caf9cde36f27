/** Where a consumer stands in each of its partitions, and where it begins. */
package io.millrace.consumer.position;
