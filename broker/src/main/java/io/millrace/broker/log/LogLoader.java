package io.millrace.broker.log;

import io.millrace.broker.log.DirectoryCare.OpenLog;
import io.millrace.broker.log.disk.Disk;
import io.millrace.broker.log.file.DeletedFolders;
import io.millrace.broker.log.file.DirectoryOffsets;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.log.file.TopicIdFile;
import io.millrace.broker.log.producer.ProducerState;
import io.millrace.broker.log.segment.Segment;
import io.millrace.broker.log.setting.LogSettings;
import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Makes logs of the folders of one directory, with what its checkpoints say of them. Any thread. */
final class LogLoader {
    private final LogResources resources;
    private final Disk disk;
    private final DirectoryOffsets offsets;
    private final DirectoryCare care;

    /** Whose log it is, who will own it, and its settings. */
    record Wanted(PartitionName name, Uuid topicId, Executor owner, LogSettings settings) {}

    LogLoader(LogResources resources, Disk disk, DirectoryOffsets offsets, DirectoryCare care) {
        this.resources = resources;
        this.disk = disk;
        this.offsets = offsets;
        this.care = care;
    }

    /** Loads the log in a folder that was closed in order, or recovers it. Blocks. */
    OpenLog load(Path folder, Wanted wanted, boolean wasClosed) throws IOException {
        long recoveryPoint = offsets.recoveryPoint(wanted.name);
        long logStart = offsets.logStart(wanted.name);
        int indexIntervalBytes = wanted.settings.indexIntervalBytes();
        var contents = wasClosed ? LogFolder.load(folder, recoveryPoint, logStart, indexIntervalBytes)
                : LogFolder.recover(folder, recoveryPoint, logStart, indexIntervalBytes);
        var opened = open(folder, wanted, contents);
        opened.log().advanceHighWatermark(offsets.highWatermark(wanted.name));
        return opened;
    }

    /** An empty log in a folder that is made for it, which is not durable before something in it is. Blocks. */
    OpenLog create(Path folder, Wanted wanted) throws IOException {
        Files.createDirectory(folder);
        disk.freshFolders().add(folder); // not before, or a force of all that are fresh could miss its name
        TopicIdFile.writeUnforced(folder, wanted.topicId);
        var segments = LogFolder.reopen(List.of(LogFolder.createSegment(folder, 0)), 0, true);
        return open(folder, wanted,
                new LogContents(segments, 0, 0, new ProducerState(), new EpochHistory()));
    }

    /** A log of contents that are known. */
    OpenLog open(Path folder, Wanted wanted, LogContents contents) {
        var log = new PartitionLog(folder, wanted.owner, resources, disk, wanted.settings, contents);
        var compacted = new CompactedLog(log, wanted.owner,
                new CompactedLog.Progress(wanted.name, disk, offsets, care.checkpoints()));
        log.cut().surroundings(compacted);
        return new OpenLog(log, wanted.topicId, new LogCare(log, wanted.owner, resources, disk), compacted);
    }

    /** Durably notes how far a log is on the disk, and where it starts. */
    CompletableFuture<Void> noteOffsets(PartitionName name, long recoveryPoint, long logStart) {
        return care.checkpoints().add(() -> {
            offsets.note(name, recoveryPoint, logStart);
            offsets.write();
        });
    }

    /** Durably forgets what was noted: it would make a new log of this name look damaged. */
    CompletableFuture<Void> forget(PartitionName name) {
        offsets.forget(name);
        return offsets.isStillWritten(name) ? care.checkpoints().add(offsets::write)
                : CompletableFuture.completedFuture(null);
    }

    /** Takes a folder away: its name at once, its files after a while. Blocks. */
    void remove(Path folder, long delayMs) throws IOException {
        var renamed = DeletedFolders.rename(folder);
        disk.freshFolders().forget(folder);
        resources.pool().schedule(() -> DeletedFolders.remove(renamed), delayMs);
    }

    void force(Segment segment) throws IOException {
        segment.force(disk);
    }

    void fail(IOException cause) {
        disk.fail(cause);
    }
}
