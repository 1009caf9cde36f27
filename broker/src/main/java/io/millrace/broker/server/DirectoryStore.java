package io.millrace.broker.server;

import io.millrace.broker.log.LogDirectory;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.partition.LogStore;
import io.millrace.protocol.wire.Uuid;
import java.util.concurrent.CompletableFuture;

/** The one log directory, as partitions use it. */
record DirectoryStore(LogDirectory directory) implements LogStore {

    @Override
    public CompletableFuture<PartitionLog> open(Wanted wanted) {
        return directory.open(new PartitionName(wanted.topic(), wanted.partition()), wanted.topicId(),
                wanted.owner(), wanted.settings());
    }

    @Override
    public CompletableFuture<Void> delete(String topic, Uuid topicId, int partition) {
        return directory.delete(new PartitionName(topic, partition), topicId);
    }
}
