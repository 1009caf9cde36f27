package io.millrace.broker.log;

import io.millrace.broker.log.DirectoryCare.OpenLog;
import io.millrace.broker.log.disk.SerialWork;
import io.millrace.broker.log.file.FutureFolders;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.log.file.TopicIdFile;
import io.millrace.broker.log.producer.ProducerSnapshot;
import io.millrace.broker.log.segment.SegmentFile;
import io.millrace.broker.log.setting.LogSettings;
import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;

/**
 * Copies of logs on their way into one directory: opened, filled by their owner as followers are, and put in the place
 * of the log that they are a copy of. Any thread may call; the directory's storage work does it.
 */
public final class FutureLogs {
    private final Path directory;
    private final LogLoader loader;
    private final Map<PartitionName, OpenLog> open;
    private final Function<PartitionName, SerialWork> work;

    /** A log that takes no appends: where it ends, who wrote it, its epochs. Taken by its owner. */
    public record Held(long endOffset, ProducerSnapshot producers, EpochHistory epochs) {

        public static Held of(PartitionLog log) {
            long endOffset = log.logEndOffset();
            return new Held(endOffset, log.producers().capture(endOffset), log.epochs().copy());
        }
    }

    /** The open logs are the directory's own map, as is the turn on each partition. */
    FutureLogs(Path directory, LogLoader loader, Map<PartitionName, OpenLog> open,
            Function<PartitionName, SerialWork> work) {
        this.directory = directory;
        this.loader = loader;
        this.open = open;
        this.work = work;
    }

    /** Partitions of which a copy lies here, finished or not. Blocks. */
    public Collection<PartitionName> found() throws IOException {
        var names = new TreeSet<>(PartitionName.ORDER);
        FutureFolders.in(directory).forEach(folder -> FutureFolders.nameOf(folder).ifPresent(names::add));
        return names;
    }

    /** Opens a topic's copy where an earlier run left it, or a new one. */
    public CompletableFuture<PartitionLog> open(PartitionName name, Uuid topicId, Executor owner,
            LogSettings settings) {
        var wanted = new LogLoader.Wanted(name, topicId, owner, settings.whileCopied());
        var result = new CompletableFuture<PartitionLog>();
        work.apply(name).addAsync(() -> {
            var found = left(name, topicId);
            return found != null ? opened(found, wanted, result)
                    : loader.forget(name).thenCompose(nothing -> opened(null, wanted, result));
        }).exceptionally(error -> {
            result.completeExceptionally(error instanceof CompletionException ? error.getCause() : error);
            return null;
        });
        return result;
    }

    private CompletableFuture<Void> opened(Path found, LogLoader.Wanted wanted,
            CompletableFuture<PartitionLog> result) {
        try {
            var opened = loader.load(found == null ? create(wanted) : found, wanted, false);
            open.put(wanted.name(), opened);
            result.complete(opened.log());
            return CompletableFuture.completedFuture(null);
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Path create(LogLoader.Wanted wanted) throws IOException {
        var fresh = FutureFolders.create(directory, wanted.name());
        TopicIdFile.write(fresh, wanted.topicId());
        return fresh;
    }

    /** The topic's copy; null if there is none. Others go. */
    private Path left(PartitionName name, Uuid topicId) throws IOException {
        Path found = null;
        for (var folder : folders(name)) {
            if (found == null && TopicIdFile.read(folder).equals(topicId)) {
                found = folder;
                FutureFolders.unmark(folder);
            } else {
                loader.remove(folder, 0);
            }
        }
        return found;
    }

    private Collection<Path> folders(PartitionName name) throws IOException {
        var folders = new ArrayList<Path>();
        for (var folder : FutureFolders.in(directory)) {
            if (FutureFolders.nameOf(folder).filter(name::equals).isPresent()) {
                folders.add(folder);
            }
        }
        return folders;
    }

    /** Forces what a copy has. Blocks. */
    public void force(PartitionName name) throws IOException {
        var opened = open.get(name);
        if (opened == null) {
            throw new IOException("the copy of " + name + " is gone");
        }
        for (var segment : opened.log().segments()) {
            if (!segment.isOnDisk()) {
                loader.force(segment);
            }
        }
    }

    /**
     * Closes a copy that has all that the held log has, and gives its folder the replica's name: from then on a start
     * takes it for the replica. If this fails nothing of that has happened, but the copy must be opened anew.
     */
    public CompletableFuture<Void> finish(PartitionName name, Held held) {
        return work.apply(name).addAsync(() -> {
            var opened = open.get(name);
            var copy = opened.log();
            return opened.close()
                    .thenCompose(nothing -> note(name, copy, held))
                    .thenAccept(nothing -> rename(copy.folder(), directory.resolve(name.toString())));
        });
    }

    private CompletableFuture<Void> note(PartitionName name, PartitionLog copy, Held held) {
        try {
            if (copy.logEndOffset() < held.endOffset) { // compaction left nothing there
                LogFolder.createSegment(copy.folder(), held.endOffset);
            }
            held.producers.write(copy.folder());
            held.epochs.write(copy.folder());
            FutureFolders.mark(copy.folder());
            return loader.noteOffsets(name, held.endOffset, copy.logStartOffset());
        } catch (IOException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void rename(Path copy, Path replica) {
        try {
            FutureFolders.takeOver(copy, replica);
        } catch (IOException e) {
            if (Files.notExists(replica)) {
                throw new CompletionException(e);
            }
            loader.fail(e); // it may be the replica now: nothing may go on in the old one
        }
    }

    /** A finished copy as the replica, with the state in memory of the log that it replaces. On that one's owner. */
    public PartitionLog takeOver(PartitionName name, PartitionLog old, Executor owner,
            LogSettings settings) {
        var finished = open.get(name);
        var copy = finished.log();
        var folder = directory.resolve(name.toString());
        var files = new ArrayList<SegmentFile>();
        copy.segments().forEach(segment -> files
                .add(new SegmentFile(folder, segment.baseOffset(), segment.sizeInBytes())));
        long endOffset = old.logEndOffset();
        if (copy.logEndOffset() < endOffset) {
            files.add(new SegmentFile(folder, endOffset, 0));
        }
        var contents = new LogContents(LogFolder.reopen(files, endOffset, true), old.logStartOffset(),
                endOffset, old.producers(), old.epochs().copy());
        var opened = loader.open(folder,
                new LogLoader.Wanted(name, finished.topicId(), owner, settings), contents);
        opened.log().advanceHighWatermark(old.highWatermark());
        open.put(name, opened);
        return opened.log();
    }

    /** Whether the replica here was moved to this directory, and may have left something where it was. Blocks. */
    public boolean tookOver(PartitionName name) {
        return FutureFolders.isMarked(directory.resolve(name.toString()));
    }

    /** The log that was replaced is gone: the mark that made the copy win over it is not needed any more. */
    public CompletableFuture<Void> settle(PartitionName name) {
        return work.apply(name).add(() -> FutureFolders.unmark(directory.resolve(name.toString())));
    }

    /** Closes the copy of a partition and takes it away; a replica stays. */
    public CompletableFuture<Void> discard(PartitionName name) {
        return work.apply(name).addAsync(() -> {
            var opened = open.get(name);
            boolean isCopy = opened != null && FutureFolders.nameOf(opened.log().folder()).isPresent();
            var closed = isCopy ? opened.close() : CompletableFuture.<Void>completedFuture(null);
            return closed.handle((nothing, error) -> isCopy && open.remove(name, opened))
                    .thenCompose(wasOpen -> wasOpen ? loader.forget(name)
                            : CompletableFuture.completedFuture(null))
                    .thenRun(() -> remove(name));
        });
    }

    private void remove(PartitionName name) {
        try {
            for (var folder : folders(name)) {
                loader.remove(folder, 0);
            }
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }
}
