package io.millrace.broker.zookeeper;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Who this process is, and who ran before it in the same data folder. The folder is locked by a living process alone,
 * so the predecessors are dead, and nodes that name them may be deleted before their sessions end. Immutable.
 */
public record Incarnation(Uuid id, List<Uuid> predecessors) {
    private static final String FILE = "broker.incarnation";
    private static final int REMEMBERED = 8;

    /** Takes over from the processes that held the folder before; the caller must hold its lock. */
    public static Incarnation succeed(Path lockedFolder) {
        var file = lockedFolder.resolve(FILE);
        try {
            var successor = new Incarnation(Uuid.random(), read(file));
            successor.write(file);
            return successor;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file + ": " + e.getMessage(), e);
        }
    }

    /** An unreadable file, after a power loss, names nobody: a predecessor's session then has to run out. */
    private static List<Uuid> read(Path file) throws IOException {
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            return Files.readAllLines(file, US_ASCII).stream().limit(REMEMBERED).map(Uuid::parse).toList();
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    private void write(Path file) throws IOException {
        var lines = new ArrayList<>(List.of(id.toString()));
        predecessors.forEach(predecessor -> lines.add(predecessor.toString()));
        var next = file.resolveSibling(FILE + ".tmp");
        try (var channel = FileChannel.open(next, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap((String.join("\n", lines) + "\n").getBytes(US_ASCII)));
            channel.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whether a node with this incarnation was made by this process or by a dead predecessor. */
    boolean covers(Uuid other) {
        return other.equals(id) || predecessors.contains(other);
    }
}
