package io.millrace.broker.log.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * Says that a directory was closed in order and by which incarnation: {@code .kafka_cleanshutdown}, written last.
 * Stateless; every call blocks.
 * <pre>
 *   {"version":0,"brokerEpoch":42}
 * </pre>
 */
public final class CleanShutdownFile {
    private static final String FILE_NAME = ".kafka_cleanshutdown";
    private static final Pattern CONTENT = Pattern
            .compile("\\{\"version\":0,\"brokerEpoch\":(-?[0-9]{1,18})\\}\\s*");

    private CleanShutdownFile() {}

    /** The broker epoch of the last run if that ended in order; a file that makes no sense counts as none. */
    public static OptionalLong read(Path directory) throws IOException {
        try {
            var text = Files.readString(directory.resolve(FILE_NAME), StandardCharsets.ISO_8859_1);
            var matcher = CONTENT.matcher(text);
            return matcher.matches() ? OptionalLong.of(Long.parseLong(matcher.group(1)))
                    : OptionalLong.empty();
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        }
    }

    public static void write(Path directory, long brokerEpoch) throws IOException {
        var text = "{\"version\":0,\"brokerEpoch\":" + brokerEpoch + "}";
        DurableFile.replace(directory.resolve(FILE_NAME),
                ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /** From here on the directory counts as open. */
    public static void remove(Path directory) throws IOException {
        if (Files.deleteIfExists(directory.resolve(FILE_NAME))) {
            DurableFile.forceFolder(directory);
        }
    }
}
