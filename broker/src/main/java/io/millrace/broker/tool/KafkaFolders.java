package io.millrace.broker.tool;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.millrace.broker.log.file.DirectoryOffsets;
import io.millrace.broker.log.file.DurableFile;
import io.millrace.broker.log.file.LogFiles;
import io.millrace.broker.log.file.PartitionName;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Brings partition folders of a stopped Kafka into a data folder. The source is only read: a segment that appends can
 * still go to is copied; sealed ones may be linked, since nobody changes them any more. Used by one thread.
 */
final class KafkaFolders {
    private final Path target;
    private final boolean links;
    private long copiedBytes;

    KafkaFolders(Path target, boolean links) {
        this.target = target;
        this.links = links;
    }

    long copiedBytes() {
        return copiedBytes;
    }

    /** Brings one partition; what an earlier attempt left is replaced. Blocks. */
    void bring(Path source) throws IOException {
        var into = target.resolve(source.getFileName());
        Files.createDirectories(into);
        List<Path> files;
        try (var all = Files.list(source)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        var active = files.stream().filter(file -> LogFiles.offsetOf(file, LogFiles.LOG) >= 0)
                .max(Comparator.comparingLong(file -> LogFiles.offsetOf(file, LogFiles.LOG))).orElse(null);
        for (var file : files) {
            boolean isSealed = LogFiles.offsetOf(file, LogFiles.LOG) >= 0 && !file.equals(active);
            bring(file, into.resolve(file.getFileName()), isSealed);
        }
        DurableFile.forceFolder(into);
    }

    private void bring(Path file, Path into, boolean isSealed) throws IOException {
        if (links && isSealed) {
            Files.deleteIfExists(into);
            Files.createLink(into, file);
        } else {
            copyDurably(file, into);
        }
    }

    /** Forced, since the recovery points that come with the files say that they are on disk. */
    private void copyDurably(Path file, Path into) throws IOException {
        try (var from = FileChannel.open(file, READ);
                var to = FileChannel.open(into, CREATE, WRITE, TRUNCATE_EXISTING)) {
            long size = from.size();
            for (long done = 0; done < size;) {
                long moved = from.transferTo(done, size - done, to);
                if (moved <= 0) {
                    throw new IOException(
                            file + " became shorter while it was copied: is its Kafka running?");
                }
                done += moved;
            }
            to.force(true);
            copiedBytes += size;
        }
    }

    /** Notes where logs of one source start and how far they are on disk, as Kafka last noted it. */
    void noteOffsets(Path sourceDirectory, Map<PartitionName, Path> folders) throws IOException {
        var theirs = new DirectoryOffsets(sourceDirectory);
        var ours = new DirectoryOffsets(target);
        folders.forEach((name, folder) -> {
            if (folder.getParent().equals(sourceDirectory)) {
                ours.note(name, theirs.recoveryPoint(name), theirs.logStart(name));
            }
        });
        ours.write();
    }
}
