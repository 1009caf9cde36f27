package io.millrace.broker.log.file;

import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Folders of replicas that are on their way into a log directory. Stateless; every call that takes a path blocks.
 * <pre>
 *   one/orders-0/                       the replica
 *   two/orders-0.4f5e...-future/        its copy, which no start takes for a replica
 *   two/orders-0.4f5e...-future/took-over    the copy is whole, nothing is appended, and the next step is
 *   two/orders-0/took-over              the replica now, whatever one/orders-0 holds, which is deleted
 *   two/orders-0/                       and then the mark is
 * </pre>
 */
public final class FutureFolders {
    private static final String SUFFIX = "-future";
    private static final String MARK = "took-over";
    private static final int LONGEST_NAME = 255;
    private static final Pattern FOLDER = Pattern.compile("(.+)\\.[0-9a-f]{32}" + SUFFIX);

    private FutureFolders() {}

    /** The partition of which a folder of this name is a copy; empty if it is none. */
    public static Optional<PartitionName> nameOf(Path folder) {
        var matcher = FOLDER.matcher(folder.getFileName().toString());
        return matcher.matches() ? PartitionName.ofFolder(matcher.group(1)) : Optional.empty();
    }

    /** Whether a file system takes the name of such a folder. */
    public static boolean isNameable(PartitionName name) {
        return name.toString().length() + 1 + 32 + SUFFIX.length() <= LONGEST_NAME;
    }

    /** All in a log directory. */
    public static List<Path> in(Path directory) throws IOException {
        var found = new ArrayList<Path>();
        try (var folders = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
            for (var folder : folders) {
                if (nameOf(folder).isPresent()) {
                    found.add(folder);
                }
            }
        }
        return found;
    }

    /** Makes an empty one. */
    public static Path create(Path directory, PartitionName name) throws IOException {
        var id = Uuid.random();
        var folder = directory.resolve(String.format("%s.%016x%016x%s", name, id.mostSignificantBits(),
                id.leastSignificantBits(), SUFFIX));
        Files.createDirectory(folder);
        DurableFile.forceFolder(directory);
        return folder;
    }

    /** Marks a copy that is whole; {@link #takeOver} is to follow. */
    public static void mark(Path folder) throws IOException {
        DurableFile.replace(folder.resolve(MARK), ByteBuffer.allocate(0));
    }

    /** Whether the replica in this folder replaced one that may still lie in another log directory. */
    public static boolean isMarked(Path folder) {
        return Files.exists(folder.resolve(MARK));
    }

    public static void unmark(Path folder) throws IOException {
        if (Files.deleteIfExists(folder.resolve(MARK))) {
            DurableFile.forceFolder(folder);
        }
    }

    /** Gives a marked copy the name of the replica; if this fails, the name says whether it was done. */
    public static void takeOver(Path folder, Path replica) throws IOException {
        Files.move(folder, replica);
        DurableFile.forceFolder(replica.toAbsolutePath().getParent());
    }
}
