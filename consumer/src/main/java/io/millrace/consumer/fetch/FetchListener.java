package io.millrace.consumer.fetch;

import io.millrace.consumer.position.Position;
import io.millrace.consumer.position.StartPoint;
import io.millrace.protocol.cluster.TopicPartition;

/**
 * Takes what the fetcher has, in order for each partition. Called on the client's loop. The start is the number under
 * which reading of the partition was begun; what belongs to an earlier one is of no interest.
 */
public interface FetchListener {

    /** Reading begins here. */
    void started(TopicPartition partition, long start, Position position);

    /** Records, or news of the log's bounds. The listener owns the chunk. */
    void fetched(FetchedChunk chunk);

    /** Nothing more comes: reading must begin anew at the remedy, or, if that is null, the caller must be told. */
    void ended(TopicPartition partition, long start, RuntimeException reason, StartPoint remedy);
}
