package io.millrace.broker.log;

import io.millrace.broker.log.disk.SerialWork;
import io.millrace.broker.log.disk.Disk;
import io.millrace.broker.log.file.DirectoryOffsets;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.log.producer.SnapshotFiles;
import io.millrace.broker.log.setting.DirectorySettings;
import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the logs of one directory need from time to time: checkpoints, retention, forgetting, a look at their disk.
 * Storage threads do it; any thread may ask for some of it now.
 */
public final class DirectoryCare {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryCare.class);
    private static final long DISK_LOOK_MS = 1000;
    private static final long MAPPINGS_LOOK_MS = 1000;
    /** A quarter of what Linux lets a process have. */
    private static final int MOST_MAPPINGS = 16_000;

    /** An open log, the topic that it belongs to, and what looks after it. */
    record OpenLog(PartitionLog log, Uuid topicId, LogCare care, CompactedLog compacted) {

        /** Ends its cleaning, then closes it. */
        CompletableFuture<Void> close() {
            return compacted.claim().pause().thenCompose(nothing -> care.close());
        }

        /** The same for a log that is to be found again. */
        CompletableFuture<Void> closeDurably() {
            return close().thenRun(care::settle);
        }
    }

    private final LogResources resources;
    private final Disk disk;
    private final DirectoryOffsets offsets;
    private final SerialWork checkpoints;
    private final Map<PartitionName, OpenLog> open;
    private volatile long producerExpirationMs;
    private volatile boolean isOver;

    /** The open logs are the directory's own map, which changes meanwhile. */
    DirectoryCare(LogResources resources, Disk disk, DirectoryOffsets offsets,
            Map<PartitionName, OpenLog> open,
            long producerExpirationMs) {
        this.resources = resources;
        this.disk = disk;
        this.offsets = offsets;
        this.open = open;
        this.producerExpirationMs = producerExpirationMs;
        this.checkpoints = new SerialWork(resources.pool()::execute);
    }

    void start(DirectorySettings settings) {
        resources.pool().execute(disk::look);
        repeat(DISK_LOOK_MS, this::lookAtDisk);
        repeat(MAPPINGS_LOOK_MS, this::boundMappings);
        repeat(settings.checkpointMs(), this::checkpoint);
        repeat(settings.retentionCheckMs(), this::applyRetention);
        repeat(settings.retentionCheckMs(), this::releaseIdle);
        repeat(settings.producerCheckMs(), this::expireProducers);
    }

    /** Where work on the directory's own files takes its turn. */
    SerialWork checkpoints() {
        return checkpoints;
    }

    void stop() {
        isOver = true;
    }

    private void repeat(long periodMs, Runnable task) {
        resources.pool().schedule(() -> {
            if (!isOver && !disk.hasFailed()) {
                task.run();
                repeat(periodMs, task);
            }
        }, periodMs);
    }

    /** On a full disk retention is applied at every look: what it lets go is needed now. */
    private void lookAtDisk() {
        if (disk.isFull()) {
            applyRetention();
        }
        disk.look();
    }

    /** Writes down how far logs are forced and where they start. */
    public CompletableFuture<Void> checkpoint() {
        return checkpoints.add(() -> {
            open.forEach(this::noteOffsets);
            try {
                offsets.write();
            } catch (IOException e) {
                disk.report(e);
                throw e;
            }
        }).whenComplete((nothing, error) -> {
            if (error != null) {
                LOG.error("The checkpoints of {} could not be written: {}", disk.directory(),
                        error.getMessage());
            }
        });
    }

    /** What a recovery does not find again below its point is on the disk before that moves: epochs, the folder's name. */
    private void noteOffsets(PartitionName name, OpenLog opened) {
        var log = opened.log();
        long recoveryPoint = log.recoveryPoint();
        try {
            if (!isOver && opened.care().isMarkDue()) {
                log.epochs().write(log.folder());
                opened.care().mark();
            }
            if (recoveryPoint > offsets.recoveryPoint(name)) {
                log.epochs().write(log.folder());
                disk.freshFolders().settle(log.folder());
                SnapshotFiles.prune(log.folder(), recoveryPoint);
            }
            offsets.note(name, recoveryPoint, log.logStartOffset());
            offsets.noteHighWatermark(name, log.highWatermark());
        } catch (IOException e) {
            disk.report(e);
            LOG.error("{} keeps its recovery point: {}", log.folder(), e.getMessage());
        }
    }

    /** Looks in all logs for segments that may go. Blocks. */
    public void applyRetention() {
        for (var opened : open.values()) {
            try {
                opened.care().applyRetention();
            } catch (IOException e) {
                disk.report(e);
                LOG.error("{} cannot be looked through for retention: {}", opened.log().folder(),
                        e.getMessage());
            }
        }
    }

    private void releaseIdle() {
        open.values().forEach(opened -> opened.care().releaseIdle());
    }

    /** Past some mappings the kernel refuses more: those that are idle go at once, not when retention next looks. */
    private void boundMappings() {
        if (open.values().stream().mapToInt(opened -> opened.care().mappings()).sum() > MOST_MAPPINGS) {
            releaseIdle();
        }
    }

    private void expireProducers() {
        open.values().forEach(opened -> opened.care().expireProducers(producerExpirationMs));
    }

    /** Changes how long idle producers are remembered, from the next look on. Any thread. */
    public void expireProducersAfter(long idleMs) {
        producerExpirationMs = idleMs;
    }
}
