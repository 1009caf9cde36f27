package io.millrace.broker.log.file;

import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;

/**
 * The id of the topic that a partition's folder belongs to: {@code partition.metadata}. Stateless; every call blocks.
 * <pre>
 *   version: 0
 *   topic_id: Xj0T5bT8Rk6oZc0vW9dS1g
 * </pre>
 */
public final class TopicIdFile {
    static final String FILE_NAME = "partition.metadata";
    private static final Pattern CONTENT = Pattern.compile("version: 0\\s+topic_id: ([A-Za-z0-9_-]{22})\\s*");

    private TopicIdFile() {}

    /** The id, {@link Uuid#ZERO} if there is no file; {@link DamagedFileException} if it is not whole. */
    public static Uuid read(Path folder) throws IOException {
        var file = folder.resolve(FILE_NAME);
        try {
            var matcher = CONTENT.matcher(Files.readString(file, StandardCharsets.ISO_8859_1));
            if (!matcher.matches()) {
                throw new DamagedFileException(file, "it does not name a topic id");
            }
            return Uuid.parse(matcher.group(1));
        } catch (NoSuchFileException e) {
            return Uuid.ZERO;
        }
    }

    /** Durably, in the place of a file that may be there. */
    public static void write(Path folder, Uuid topicId) throws IOException {
        DurableFile.replace(folder.resolve(FILE_NAME), ByteBuffer.wrap(encode(topicId)));
    }

    /** Into a new folder, without a wait for the disk: until {@link #force} a crash may leave a blank file. */
    public static void writeUnforced(Path folder, Uuid topicId) throws IOException {
        Files.write(folder.resolve(FILE_NAME), encode(topicId), StandardOpenOption.CREATE_NEW);
    }

    private static byte[] encode(Uuid topicId) {
        return ("version: 0\ntopic_id: " + topicId + "\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Brings the file to the disk; its name is the folder's. */
    public static void force(Path folder) throws IOException {
        try (var channel = FileChannel.open(folder.resolve(FILE_NAME), StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Whether the file is there, but nothing of what was written to it. */
    public static boolean isBlank(Path folder) throws IOException {
        for (byte each : Files.readAllBytes(folder.resolve(FILE_NAME))) {
            if (each != 0) {
                return false;
            }
        }
        return true;
    }
}
