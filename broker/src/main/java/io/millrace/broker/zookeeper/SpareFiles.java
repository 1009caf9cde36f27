package io.millrace.broker.zookeeper;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Empty files in the folder of an embedded server, given up where a file system has no inodes left: the server makes new
 * files when it starts, and the broker a few after it. The folder's owner calls; every call blocks.
 */
final class SpareFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SpareFiles.class);
    private static final int COUNT = 8;

    private final Path folder;

    SpareFiles(Path folder) {
        this.folder = folder;
    }

    /** Before the server starts; the message of an {@link IOException} is for the user. */
    void makeRoom() throws IOException {
        if (canMakeFile()) {
            return;
        }
        for (int i = 0; i < COUNT; i++) {
            Files.deleteIfExists(spare(i));
        }
        if (!canMakeFile()) {
            throw new IOException(
                    "no file can be made there, for lack of inodes, space or rights. Delete files"
                            + " that are not the broker's, or enlarge the file system");
        }
        LOG.warn("No file could be made in {}: spare ones were given up, so that the server can start",
                folder);
    }

    private boolean canMakeFile() {
        var probe = folder.resolve("spare-probe");
        try {
            Files.deleteIfExists(probe);
            Files.createFile(probe);
            Files.delete(probe);
            return true;
        } catch (IOException e) {
            LOG.debug("no file can be made in {}", folder, e);
            return false;
        }
    }

    private Path spare(int number) {
        return folder.resolve("spare-" + number);
    }

    /** Makes those that are missing, as far as there is room. */
    void hold() {
        try {
            for (int i = 0; i < COUNT; i++) {
                if (Files.notExists(spare(i))) {
                    Files.createFile(spare(i));
                }
            }
        } catch (IOException e) {
            LOG.debug("no room for all spare files in {}", folder, e);
        }
    }
}
