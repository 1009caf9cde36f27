package io.millrace.broker.log;

import io.millrace.broker.log.disk.TestDisk.MappedForce;
import io.millrace.broker.log.file.LogFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What a power cut leaves of one log directory: of segments what was forced, and of each page written since the old
 * bytes or the new ones. Small files that are replaced durably stay; those that are not may be blank or gone, and so
 * may a topic id while nothing was forced.
 */
final class PowerCut {
    private static final int PAGE_BYTES = 4096;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Path MAPPINGS = Path.of("/proc/self/maps");

    private final Path live;
    private final Map<Path, byte[]> forced = new ConcurrentHashMap<>();

    /** Watches a directory from now on; to be told before each force. */
    PowerCut(Path live) {
        this.live = live;
    }

    /** Remembers the segments that are open for it now. A segment that is only open by chance may be among them. */
    synchronized void beforeForce() {
        try (var links = Files.newDirectoryStream(DESCRIPTORS)) {
            for (var link : links) {
                note(link);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Remembers a segment up to the end of the part that is forced: all before it was forced earlier. */
    synchronized void beforeMappedForce(MappedForce force) {
        try (var mappings = Files.lines(MAPPINGS)) {
            mappings.filter(line -> line.contains(live.toString())).forEach(line -> note(line, force));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A line is {@code from-end rw-s offset device inode file}. */
    private void note(String line, MappedForce force) {
        var range = line.substring(0, line.indexOf(' '));
        long from = Long.parseUnsignedLong(range.substring(0, range.indexOf('-')), 16);
        long end = Long.parseUnsignedLong(range.substring(range.indexOf('-') + 1), 16);
        if (force.address() < from || force.address() >= end) {
            return;
        }
        var file = Path.of(line.substring(line.indexOf('/')));
        try {
            var bytes = Arrays.copyOf(Files.readAllBytes(file),
                    (int) (force.address() - from + force.sizeInBytes()));
            forced.merge(live.relativize(file), bytes, PowerCut::over);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] over(byte[] old, byte[] now) {
        byte[] all = Arrays.copyOf(old, Math.max(old.length, now.length));
        System.arraycopy(now, 0, all, 0, now.length);
        return all;
    }

    private void note(Path link) throws IOException {
        try {
            var file = Files.readSymbolicLink(link);
            if (file.startsWith(live) && file.toString().endsWith(LogFiles.LOG)) {
                forced.put(live.relativize(file), Files.readAllBytes(file));
            }
        } catch (NoSuchFileException closedMeanwhile) {
            forced.remove(link);
        }
    }

    /** How many bytes of a segment the disk had. */
    Map<Path, byte[]> forced() {
        return Map.copyOf(forced);
    }

    /** Copies the directory as the cut leaves it. */
    void cut(Map<Path, byte[]> known, Path image, Random random) throws IOException {
        Files.createDirectories(image);
        try (var files = Files.newDirectoryStream(live)) {
            for (var file : files) {
                var name = live.relativize(file);
                if (Files.isDirectory(file)) {
                    cut(known, image, random, file);
                } else if (!isBookkeeping(file)) {
                    copySmall(file, image.resolve(name), random, false);
                }
            }
        }
    }

    private void cut(Map<Path, byte[]> known, Path image, Random random, Path folder) throws IOException {
        Files.createDirectories(image.resolve(live.relativize(folder)));
        var files = folder.toFile().list();
        Arrays.sort(files);
        for (var each : files) {
            var file = folder.resolve(each);
            var name = live.relativize(file);
            if (each.endsWith(LogFiles.LOG)) {
                Files.write(image.resolve(name),
                        survivors(known.getOrDefault(name, new byte[0]), Files.readAllBytes(file), random));
            } else if (!isBookkeeping(file)) {
                copySmall(file, image.resolve(name), random, known.isEmpty());
            }
        }
    }

    private static boolean isBookkeeping(Path file) {
        var name = file.getFileName().toString();
        return name.endsWith(".tmp") || name.equals(".lock") || name.equals(".reserve");
    }

    private static byte[] survivors(byte[] old, byte[] now, Random random) {
        int most = Math.max(old.length, now.length);
        int length = old.length + random.nextInt(most - old.length + 1);
        byte[] left = Arrays.copyOf(old, length);
        double share = random.nextDouble();
        for (int at = 0; at < length; at += PAGE_BYTES) {
            int end = Math.min(Math.min(length, at + PAGE_BYTES), now.length);
            if (end > at && random.nextDouble() < share) {
                System.arraycopy(now, at, left, at, end - at);
            }
        }
        return left;
    }

    private static void copySmall(Path from, Path to, Random random, boolean isFresh) throws IOException {
        byte[] bytes = Files.readAllBytes(from);
        var name = from.toString();
        boolean isUnforced = name.endsWith(LogFiles.OFFSET_INDEX) || name.endsWith(LogFiles.TIME_INDEX)
                || name.endsWith(LogFiles.PRODUCER_SNAPSHOT) || name.endsWith("recovery-mark")
                || isFresh && name.endsWith("partition.metadata");
        switch (isUnforced ? random.nextInt(4) : 0) {
            case 1 -> Files.write(to, new byte[0]);
            case 2 -> Files.write(to, new byte[bytes.length]);
            case 3 -> { /* its name was not on the disk yet */ }
            default -> Files.write(to, bytes);
        }
    }
}
