package io.millrace.broker.log.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Files that have a name in another folder too, as an import that links leaves them: whoever wants to change one makes
 * it his own first, for the other folder is somebody else's. Stateless; blocks.
 */
public final class SharedFile {
    private static final boolean KNOWS_LINKS = FileSystems.getDefault().supportedFileAttributeViews()
            .contains("unix");

    private SharedFile() {}

    /** Puts a durable copy in the place of a file that has other names. */
    public static void own(Path file) throws IOException {
        if (KNOWS_LINKS && (int) Files.getAttribute(file, "unix:nlink") > 1) {
            var copy = file.resolveSibling(file.getFileName() + DurableFile.FRESH_SUFFIX);
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
            try (var channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(copy, file, StandardCopyOption.ATOMIC_MOVE);
            DurableFile.forceFolder(file.toAbsolutePath().getParent());
        }
    }
}
