package io.millrace.broker.partition.move;

import io.millrace.broker.log.LogDirectory;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.protocol.wire.Uuid;
import java.util.Collection;

/** The log directories of this broker, and which partition lies in which. Any thread. */
public interface LogPlaces {

    /** The directory of this path; otherwise an ApiException: unknown, or its disk has failed. */
    LogDirectory usable(String path);

    /** Those that could be opened, working or not. */
    Collection<LogDirectory> all();

    /** Whether one of the directories cannot be used, so that nobody knows what lies in it. */
    boolean lacksSome();

    /** Where a partition lies; null if it has no folder. */
    LogDirectory placeOf(PartitionName name);

    /** Where a partition is to be created, should it be. */
    void prefer(PartitionName name, LogDirectory directory);

    /** A partition lies in another directory now. */
    void moved(PartitionName name, Uuid topicId, LogDirectory to);
}
