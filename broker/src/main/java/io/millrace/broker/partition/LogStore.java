package io.millrace.broker.partition;

import io.millrace.broker.log.LogSettings;
import io.millrace.broker.log.PartitionLog;
import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.util.concurrent.Executor;

/** Where logs come from and go to. Every call may block and is made on the storage pool. */
public interface LogStore {

    /** Which log is wanted, and who will own it. */
    record Wanted(String topic, Uuid topicId, int partition, Executor owner, LogSettings settings) {}

    /** Opens the log, as it was left or as it was recovered; creates it if there is none. */
    PartitionLog open(Wanted wanted) throws IOException;

    /** Closes the log and takes its files away. */
    void delete(String topic, int partition, PartitionLog log) throws IOException;
}
