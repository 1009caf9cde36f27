package io.millrace.broker.log.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folders of deleted partitions: renamed at once to {@code <name>.<id>-delete}, so that the name is free and no restart
 * brings them back, emptied later. Stateless; every call blocks.
 */
public final class DeletedFolders {
    private static final Logger LOG = LoggerFactory.getLogger(DeletedFolders.class);
    private static final String SUFFIX = "-delete";

    private DeletedFolders() {}

    /** Answers where the folder went. */
    public static Path rename(Path folder) throws IOException {
        return RetiredFolder.rename(folder, SUFFIX);
    }

    /** What an earlier run did not get to. */
    public static List<Path> leftIn(Path directory) throws IOException {
        var left = new ArrayList<Path>();
        try (var folders = Files.newDirectoryStream(directory, "*.*" + SUFFIX)) {
            folders.forEach(left::add);
        }
        return left;
    }

    public static void remove(Path folder) {
        try {
            var files = new ArrayList<Path>();
            try (var found = Files.newDirectoryStream(folder)) {
                found.forEach(files::add);
            }
            for (var file : files) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException e) {
            LOG.error("{} cannot be removed, delete it by hand: {}", folder, e.getMessage());
        }
    }
}
