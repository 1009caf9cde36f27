package io.millrace.broker.log.file;

import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Takes a partition's folder out of use: under {@code <name>.<id><suffix>} no start finds it. Stateless; blocks. */
final class RetiredFolder {
    private static final int LONGEST_NAME = 255;

    private RetiredFolder() {}

    /** Answers where the folder went. */
    static Path rename(Path folder, String suffix) throws IOException {
        var id = Uuid.random();
        var tail = String.format(".%016x%016x%s", id.mostSignificantBits(), id.leastSignificantBits(),
                suffix);
        var name = folder.getFileName().toString();
        var head = name.substring(0, Math.min(name.length(), LONGEST_NAME - tail.length()));
        var renamed = folder.resolveSibling(head + tail);
        Files.move(folder, renamed);
        DurableFile.forceFolder(folder.toAbsolutePath().getParent());
        return renamed;
    }
}
