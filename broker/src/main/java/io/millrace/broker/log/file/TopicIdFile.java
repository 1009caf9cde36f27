package io.millrace.broker.log.file;

import io.millrace.protocol.wire.Uuid;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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

    public static void write(Path folder, Uuid topicId) throws IOException {
        var text = "version: 0\ntopic_id: " + topicId + "\n";
        DurableFile.replace(folder.resolve(FILE_NAME),
                ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }
}
