package io.millrace.broker.log;

import io.millrace.broker.log.disk.SerialWork;
import io.millrace.broker.log.cleaner.CleanableLog;
import io.millrace.broker.log.cleaner.CleaningClaim;
import io.millrace.broker.log.cleaner.SegmentSwap;
import io.millrace.broker.log.disk.Disk;
import io.millrace.broker.log.file.DirectoryOffsets;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.log.producer.LastBatches;
import io.millrace.broker.log.segment.AbortedTransaction;
import io.millrace.broker.log.segment.Segment;
import io.millrace.broker.log.setting.LogSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One partition's log for the cleaner, whose wishes it posts to the log's owner; it gives way to a cut. Any thread. */
final class CompactedLog implements CleanableLog, LogCut.Surroundings {
    private static final Logger LOG = LoggerFactory.getLogger(CompactedLog.class);

    /** What the directory knows: its disk, up to where logs were compacted, and who writes that, one at a time. */
    record Progress(PartitionName name, Disk disk, DirectoryOffsets offsets, SerialWork checkpoints) {}

    private final PartitionLog log;
    private final Executor owner;
    private final Progress progress;
    private final CleaningClaim claim = new CleaningClaim();

    CompactedLog(PartitionLog log, Executor owner, Progress progress) {
        this.log = log;
        this.owner = owner;
        this.progress = progress;
    }

    @Override
    public Path folder() {
        return log.folder();
    }

    @Override
    public Disk disk() {
        return progress.disk;
    }

    @Override
    public LogSettings settings() {
        return log.settings();
    }

    @Override
    public CleaningClaim claim() {
        return claim;
    }

    @Override
    public List<Segment> segments() {
        return log.segments();
    }

    @Override
    public long logStartOffset() {
        return log.logStartOffset();
    }

    @Override
    public long lastStableOffset() {
        return log.lastStableOffset();
    }

    @Override
    public long cleanedTo() {
        return progress.offsets.cleanedTo(progress.name);
    }

    @Override
    public void cleanedTo(long offset) throws IOException {
        progress.offsets.noteCleaned(progress.name, offset);
        try {
            progress.checkpoints.add(progress.offsets::writeCleaned).join();
        } catch (CompletionException e) {
            throw new IOException("The checkpoint of " + progress.name + " cannot be written", e.getCause());
        }
    }

    /** A recovery must not miss what is gone, nor a compaction believe that it has seen what comes. */
    @Override
    public CompletableFuture<Void> lower(long offset) {
        return progress.checkpoints.add(() -> {
            progress.offsets.lowerRecoveryPoint(progress.name, offset);
            progress.offsets.write();
            if (progress.offsets.lowerCleaned(progress.name, offset)) {
                progress.offsets.writeCleaned();
            }
        });
    }

    @Override
    public CompletableFuture<Void> endCleaning() {
        return claim.pause();
    }

    @Override
    public void allowCleaning() {
        claim.resume();
    }

    @Override
    public List<AbortedTransaction> abortedTransactions(long fromOffset, long endOffset) {
        return log.coldReads().abortedTransactions(fromOffset, endOffset).join();
    }

    @Override
    public CompletableFuture<LastBatches> lastBatches() {
        return onOwner(() -> log.producers().lastBatches());
    }

    @Override
    public CompletableFuture<Boolean> beginSwap(List<Segment> old) {
        return onOwner(() -> !claim.isPaused() && log.beginSwap(old));
    }

    @Override
    public CompletableFuture<Void> endSwap(List<Segment> old, Segment fresh) {
        return onOwner(() -> {
            log.segmentList().endSwap(old, fresh);
            if (fresh != null) {
                log.resources().pool().schedule(() -> unlink(old), log.settings().fileDeleteDelayMs());
            }
            return null;
        });
    }

    private static void unlink(List<Segment> old) {
        try {
            SegmentSwap.unlink(old);
        } catch (IOException e) {
            LOG.error("Replaced segments of {} cannot be deleted: {}", old.get(0).folder(), e.getMessage());
        }
        for (var segment : old) {
            var mapping = segment.detach();
            if (mapping != null) {
                mapping.release();
            }
        }
    }

    private <T> CompletableFuture<T> onOwner(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, owner);
    }
}
