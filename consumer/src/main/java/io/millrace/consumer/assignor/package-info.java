/** Who in a group reads which partitions: pure functions from subscriptions to assignments, as Kafka's assignors. */
package io.millrace.consumer.assignor;
