/** Produce, Fetch and ListOffsets: requests that move records or find offsets in partitions. */
package io.millrace.broker.request.data;
