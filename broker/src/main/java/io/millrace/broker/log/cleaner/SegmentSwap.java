package io.millrace.broker.log.cleaner;

import io.millrace.broker.log.file.CheckpointFile;
import io.millrace.broker.log.file.DurableFile;
import io.millrace.broker.log.file.LogFiles;
import io.millrace.broker.log.segment.Segment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Puts the files of a cleaned segment in the place of those that it was made from, so that a crash at any point leaves
 * a folder from which {@link #recover} gets all of it done or all undone. Stateless; every call blocks.
 * <pre>
 *   0100.log.cleaned 0100.index.cleaned ...   written and forced; without 0100.swap they are worth nothing
 *   0100.swap                                 from here on it is done, the log last; names the old segments' offsets
 *   0100.log.cleaned  >  0100.log             and each old 0170.log  >  0170.log.deleted, unlinked some time later
 * </pre>
 */
public final class SegmentSwap {
    static final String CLEANED = ".cleaned";
    private static final String SWAP = ".swap";
    private static final String DELETED = ".deleted";
    private static final List<String> SUFFIXES = List.of(LogFiles.ABORTED, LogFiles.TRANSACTION_INDEX,
            LogFiles.TIME_INDEX, LogFiles.OFFSET_INDEX, LogFiles.LOG);

    /** Sees every change of the folder just after it was made. */
    interface Observer {
        Observer NONE = step -> {};

        void changed(String step) throws IOException;
    }

    private SegmentSwap() {}

    /** Decides that the cleaned files take the place of these segments. */
    static void commit(Path folder, List<Segment> old) throws IOException {
        var lines = old.stream().map(segment -> Long.toString(segment.baseOffset())).toList();
        CheckpointFile.write(folder.resolve(LogFiles.name(old.get(0).baseOffset(), SWAP)), lines);
    }

    /** Takes a decision back of which nothing was done; the cleaned files must stay if this fails. */
    static void withdraw(Path folder, long baseOffset) throws IOException {
        Files.deleteIfExists(folder.resolve(LogFiles.name(baseOffset, SWAP)));
        DurableFile.forceFolder(folder);
    }

    /** Does what was decided, as far as it is not done yet. */
    static void complete(Path folder, long baseOffset, Observer observer) throws IOException {
        var decision = folder.resolve(LogFiles.name(baseOffset, SWAP));
        var old = CheckpointFile.read(decision, 1, words -> Long.parseLong(words[0]));
        for (var suffix : SUFFIXES) {
            var file = folder.resolve(LogFiles.name(baseOffset, suffix));
            move(file.resolveSibling(file.getFileName() + CLEANED), file, observer);
        }
        for (long offset : old) {
            for (var suffix : SUFFIXES) {
                var file = folder.resolve(LogFiles.name(offset, suffix));
                if (offset != baseOffset) {
                    move(file, file.resolveSibling(file.getFileName() + DELETED), observer);
                }
            }
        }
        DurableFile.forceFolder(folder);
        Files.deleteIfExists(decision);
        observer.changed("done " + decision);
    }

    private static void move(Path from, Path to, Observer observer) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException e) {
            return; // done before, or never there
        }
        observer.changed("moved " + to);
    }

    /** Does what a crash interrupted, and takes away what was not decided. No log of this folder may be open. */
    public static void recover(Path folder) throws IOException {
        try (var decisions = Files.newDirectoryStream(folder, "*" + SWAP)) {
            for (var decision : decisions) {
                long baseOffset = LogFiles.offsetOf(decision, SWAP);
                if (baseOffset >= 0) {
                    complete(folder, baseOffset, Observer.NONE);
                }
            }
        }
        try (var files = Files.newDirectoryStream(folder, "*{" + CLEANED + "," + DELETED + "}")) {
            for (var file : files) {
                Files.delete(file);
            }
        }
    }

    /** Takes away what a segment was cleaned into but is not wanted. */
    static void discard(Path folder, long baseOffset) throws IOException {
        for (var suffix : SUFFIXES) {
            Files.deleteIfExists(folder.resolve(LogFiles.name(baseOffset, suffix + CLEANED)));
        }
    }

    /** Takes away the files of replaced segments. */
    public static void unlink(List<Segment> replaced) throws IOException {
        for (var segment : replaced) {
            for (var suffix : SUFFIXES) {
                Files.deleteIfExists(
                        segment.folder().resolve(LogFiles.name(segment.baseOffset(), suffix + DELETED)));
            }
        }
    }
}
