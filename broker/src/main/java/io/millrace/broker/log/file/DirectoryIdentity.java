package io.millrace.broker.log.file;

import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/**
 * Whose data a log directory holds: its file {@code meta.properties}. Immutable.
 * <pre>
 *   version=1
 *   cluster.id=fC3eZ1yXQ2u8bX2WbcTq2Q
 *   node.id=1
 *   directory.id=Xj0T5bT8Rk6oZc0vW9dS1g
 * </pre>
 */
public record DirectoryIdentity(String clusterId, int nodeId, Uuid directoryId) {
    private static final String FILE_NAME = "meta.properties";

    /** The identity that the directory holds; empty if nobody has claimed it yet. Blocks. */
    public static Optional<DirectoryIdentity> read(Path directory) throws IOException {
        var file = directory.resolve(FILE_NAME);
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new DamagedFileException(file, e.getMessage());
        }
        try {
            return Optional.of(new DirectoryIdentity(
                    required(properties, "cluster.id"),
                    Integer.parseInt(required(properties, "node.id")),
                    Uuid.parse(required(properties, "directory.id"))));
        } catch (IllegalArgumentException e) {
            throw new DamagedFileException(file, e.getMessage());
        }
    }

    private static String required(Properties properties, String key) {
        var value = properties.getProperty(key);
        if (value == null) {
            throw new IllegalArgumentException("it has no " + key);
        }
        return value.strip();
    }

    /** Claims a directory, durably. Blocks. */
    public void write(Path directory) throws IOException {
        var text = "version=1\ncluster.id=" + clusterId + "\nnode.id=" + nodeId + "\ndirectory.id="
                + directoryId + "\n";
        DurableFile.replace(directory.resolve(FILE_NAME),
                ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    }
}
