package io.millrace.broker.log.file;

import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folders of partitions that the cluster's metadata does not place here: renamed to {@code <name>.<id>-stray} and kept,
 * for only a person can know whether the data is still wanted. Stateless; every call blocks.
 */
public final class StrayFolders {
    private static final Logger LOG = LoggerFactory.getLogger(StrayFolders.class);
    private static final String SUFFIX = "-stray";

    private StrayFolders() {}

    /** Renames the folder; the reason completes the sentence "... belongs to ...". */
    public static void setAside(Path folder, String owner) throws IOException {
        var renamed = RetiredFolder.rename(folder, SUFFIX);
        LOG.error("{} belongs to {}. It is kept as {}: delete it by hand if its data is not wanted", folder,
                owner, renamed.getFileName());
    }
}
