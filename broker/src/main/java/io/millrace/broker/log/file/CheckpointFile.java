package io.millrace.broker.log.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Kafka's text form of a checkpoint: a version, a count, then one entry a line. Stateless; every call blocks.
 * <pre>
 *   0
 *   2
 *   orders 0 4711
 *   orders 1 42
 * </pre>
 */
public final class CheckpointFile {
    private static final String VERSION = "0";

    /** Makes an entry of a line's words; an {@link IllegalArgumentException} means that the line is damaged. */
    public interface Parser<T> {
        T parse(String[] words);
    }

    private CheckpointFile() {}

    /** The entries; none if there is no file; {@link DamagedFileException} if it is not whole. */
    public static <T> List<T> read(Path file, int wordsPerLine, Parser<T> parser) throws IOException {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (NoSuchFileException e) {
            return List.of();
        }
        var lines = text.lines().toList();
        if (lines.size() < 2 || !lines.get(0).equals(VERSION)) {
            throw new DamagedFileException(file, "it does not begin with version " + VERSION);
        }
        if (!lines.get(1).equals(Integer.toString(lines.size() - 2)) || !text.endsWith("\n")) {
            throw new DamagedFileException(file,
                    "it does not hold the " + lines.get(1) + " lines that it announces");
        }
        var entries = new ArrayList<T>(lines.size() - 2);
        for (var line : lines.subList(2, lines.size())) {
            var words = line.split(" ");
            try {
                if (words.length != wordsPerLine) {
                    throw new IllegalArgumentException(words.length + " words");
                }
                entries.add(parser.parse(words));
            } catch (IllegalArgumentException e) {
                throw new DamagedFileException(file, "it holds the line \"" + line + "\"");
            }
        }
        return entries;
    }

    /** Replaces the file, durably. */
    public static void write(Path file, Collection<String> lines) throws IOException {
        var text = new StringBuilder(VERSION).append('\n').append(lines.size()).append('\n');
        lines.forEach(line -> text.append(line).append('\n'));
        DurableFile.replace(file, ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.ISO_8859_1)));
    }
}
