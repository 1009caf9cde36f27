package io.millrace.broker.partition;

import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.log.setting.LogSettings;
import io.millrace.protocol.wire.Uuid;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * Where logs come from and go to. No call blocks; results complete on a storage thread, and calls for one partition
 * take effect in their order.
 */
public interface LogStore {

    /** Which log is wanted, and who will own it. */
    record Wanted(String topic, Uuid topicId, int partition, Executor owner, LogSettings settings) {}

    /** Opens the log, as it was left or as it was recovered; creates it if there is none. */
    CompletableFuture<PartitionLog> open(Wanted wanted);

    /** Closes the log of this topic and takes its files away; those of another topic of that name stay. */
    CompletableFuture<Void> delete(String topic, Uuid topicId, int partition);
}
