package io.millrace.broker.log.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Small files that are there whole, old or new, whatever happens. Stateless; every call blocks. */
public final class DurableFile {
    /** What a replacement that was cut short leaves behind. */
    public static final String FRESH_SUFFIX = ".tmp";

    private DurableFile() {}

    /** Puts a file of these bytes in the place of one that may be there. One writer per file at a time. */
    public static void replace(Path file, ByteBuffer bytes) throws IOException {
        replace(file, bytes, true);
        forceFolder(file.toAbsolutePath().getParent());
    }

    /**
     * The same without a wait for the disk: a crash of the process leaves the old or the new file, a power cut perhaps
     * a damaged one. For what is checked when it is read, and can be made again.
     */
    public static void replaceUnforced(Path file, ByteBuffer bytes) throws IOException {
        replace(file, bytes, false);
    }

    private static void replace(Path file, ByteBuffer bytes, boolean isForced) throws IOException {
        var fresh = file.resolveSibling(file.getFileName() + FRESH_SUFFIX);
        try (var channel = FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (isForced) {
                channel.force(true);
            }
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Makes creations, renames and removals inside a folder durable. */
    public static void forceFolder(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
