package io.millrace.broker.log.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** An offset for each partition of a directory, in one of Kafka's four files. Stateless; every call blocks. */
enum OffsetCheckpoint {
    /** Below these offsets everything is on the disk itself. */
    RECOVERY_POINTS("recovery-point-offset-checkpoint"),
    /** Up to where logs were compacted. */
    CLEANED("cleaner-offset-checkpoint"),
    /** Where logs begin whose first segment begins lower. */
    LOG_STARTS("log-start-offset-checkpoint"),
    /** Offsets up to which all in-sync replicas have the log. */
    HIGH_WATERMARKS("replication-offset-checkpoint");

    private final String fileName;

    OffsetCheckpoint(String fileName) {
        this.fileName = fileName;
    }

    /** The offsets; none if there is no file; {@link DamagedFileException} if it is not whole. */
    Map<PartitionName, Long> read(Path directory) throws IOException {
        var offsets = new HashMap<PartitionName, Long>();
        for (var entry : CheckpointFile.read(directory.resolve(fileName), 3, OffsetCheckpoint::parse)) {
            offsets.put(entry.getKey(), entry.getValue());
        }
        return offsets;
    }

    private static Map.Entry<PartitionName, Long> parse(String[] words) {
        long offset = Long.parseLong(words[2]);
        if (offset < 0) {
            throw new IllegalArgumentException("negative offset");
        }
        return Map.entry(new PartitionName(words[0], Integer.parseInt(words[1])), offset);
    }

    void write(Path directory, Map<PartitionName, Long> offsets) throws IOException {
        var lines = offsets.entrySet().stream()
                .map(entry -> entry.getKey().topic() + " " + entry.getKey().partition() + " "
                        + entry.getValue())
                .toList();
        CheckpointFile.write(directory.resolve(fileName), lines);
    }
}
