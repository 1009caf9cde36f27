package io.millrace.broker.log;

import io.millrace.broker.log.file.LogFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Random;

/** Ways in which files of a log directory go bad while no broker runs; each happens to one file, at random. */
enum LogDamage {
    NONE("none", Way.FLIP),
    FLIPPED_SEGMENT(LogFiles.LOG, Way.FLIP),
    TORN_SEGMENT(LogFiles.LOG, Way.TEAR),
    BLANK_END(LogFiles.LOG, Way.BLANK),
    GARBAGE_AT_THE_END(LogFiles.LOG, Way.GARBAGE),
    FLIPPED_INDEX(LogFiles.OFFSET_INDEX, Way.FLIP),
    TORN_INDEX(LogFiles.OFFSET_INDEX, Way.TEAR),
    NO_INDEX(LogFiles.OFFSET_INDEX, Way.DELETE),
    FLIPPED_TIMES(LogFiles.TIME_INDEX, Way.FLIP),
    BLANK_TIMES(LogFiles.TIME_INDEX, Way.BLANK),
    NO_TIMES(LogFiles.TIME_INDEX, Way.DELETE),
    FLIPPED_SNAPSHOT(LogFiles.PRODUCER_SNAPSHOT, Way.FLIP),
    TORN_SNAPSHOT(LogFiles.PRODUCER_SNAPSHOT, Way.TEAR),
    NO_SNAPSHOT(LogFiles.PRODUCER_SNAPSHOT, Way.DELETE),
    FLIPPED_MARK("recovery-mark", Way.FLIP),
    TORN_MARK("recovery-mark", Way.TEAR),
    TORN_EPOCHS(EpochHistory.FILE_NAME, Way.TEAR),
    BLANK_EPOCHS(EpochHistory.FILE_NAME, Way.BLANK),
    TORN_RECOVERY_POINTS("recovery-point-offset-checkpoint", Way.TEAR),
    FLIPPED_RECOVERY_POINTS("recovery-point-offset-checkpoint", Way.FLIP),
    NO_RECOVERY_POINTS("recovery-point-offset-checkpoint", Way.DELETE),
    BLANK_LOG_STARTS("log-start-offset-checkpoint", Way.BLANK),
    TORN_TOPIC_ID("partition.metadata", Way.TEAR),
    FLIPPED_TOPIC_ID("partition.metadata", Way.FLIP),
    FLIPPED_CLEAN_MARK(".kafka_cleanshutdown", Way.FLIP),
    UNFINISHED_FILES("none", Way.LEFTOVERS);

    enum Way {
        FLIP, TEAR, BLANK, GARBAGE, DELETE, LEFTOVERS
    }

    private final String suffix;
    private final Way way;

    LogDamage(String suffix, Way way) {
        this.suffix = suffix;
        this.way = way;
    }

    /** What was damaged, and from which byte on. */
    record Done(LogDamage damage, Path file, long position) {}

    boolean isOfSegment() {
        return suffix.equals(LogFiles.LOG);
    }

    /** Damage after which a broker may refuse the partition by name, whatever its segments hold. */
    boolean isOfIdentity() {
        return suffix.equals("partition.metadata") || this == FLIPPED_RECOVERY_POINTS;
    }

    /** Does it somewhere in a directory; the file is null if there is none of the kind. */
    Done happen(Path directory, Path folder, Random random) throws IOException {
        if (way == Way.LEFTOVERS) {
            leaveBehind(directory, folder);
        }
        List<Path> candidates;
        try (var files = Files.walk(directory, 2)) {
            candidates = files.filter(file -> file.toString().endsWith(suffix) && file.toFile().length() > 0)
                    .filter(file -> file.startsWith(folder) || file.getParent().equals(directory))
                    .sorted().toList();
        }
        if (candidates.isEmpty()) {
            return new Done(this, null, 0);
        }
        var file = candidates.get(random.nextInt(candidates.size()));
        long position = way == Way.GARBAGE ? Files.size(file) : random.nextLong(Files.size(file));
        damage(file, position, random);
        return new Done(this, file, position);
    }

    private void damage(Path file, long position, Random random) throws IOException {
        if (way == Way.DELETE) {
            Files.delete(file);
            return;
        }
        try (var opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.seek(position);
            switch (way) {
                case FLIP -> {
                    int old = opened.read();
                    opened.seek(position);
                    opened.write(old ^ 1 << random.nextInt(8));
                }
                case TEAR -> opened.setLength(position);
                case BLANK -> opened.write(new byte[(int) (opened.length() - position)]);
                default -> {
                    byte[] garbage = new byte[1 + random.nextInt(300)];
                    random.nextBytes(garbage);
                    opened.write(garbage);
                }
            }
        }
    }

    /** What a crash in the middle of a creation, a roll, a replacement or a deletion leaves. */
    private static void leaveBehind(Path directory, Path folder) throws IOException {
        Files.createDirectories(directory.resolve("orders-7"));
        Files.write(Files.createDirectories(directory.resolve("orders-8")).resolve("partition.metadata.tmp"),
                new byte[5]);
        var deleted = Files.createDirectories(directory.resolve("gone-0.0123456789abcdef-delete"));
        Files.write(deleted.resolve(LogFiles.name(0, LogFiles.OFFSET_INDEX)), new byte[8]);
        Files.write(folder.resolve(EpochHistory.FILE_NAME + ".tmp"), new byte[3]);
        Files.write(folder.resolve(LogFiles.name(0, LogFiles.LOG) + ".deleted"), new byte[100]);
        Files.write(folder.resolve(LogFiles.name(999_999_999, LogFiles.OFFSET_INDEX)), new byte[16],
                StandardOpenOption.CREATE);
    }
}
