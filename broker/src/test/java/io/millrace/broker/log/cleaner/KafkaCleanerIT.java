package io.millrace.broker.log.cleaner;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.clients.ChildProcess;
import io.millrace.broker.clients.ThirdParty;
import io.millrace.broker.log.TestStorage;
import io.millrace.broker.log.setting.LogSettings;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same logs, compacted by Apache Kafka's cleaner and by ours over several rounds. */
class KafkaCleanerIT {
    private static final String SEGMENT_BYTES = "1048576";
    private static final long RETENTION_MS = 100_000;
    private static final int CASES = 4;
    private static final String NS = " in ns ";
    private static final int SPEED_RUNS = 3;
    private static final long SPEED_BYTES = 12 << 20;
    private static final CleanerSettings SETTINGS = new CleanerSettings(true, 1, 16 << 20, 0.9, 64 << 10,
            Double.MAX_VALUE, 1);

    @TempDir Path folder;

    /** A cleaning of the log's part between two offsets at a time. */
    private record Round(long firstDirty, long firstUncleanable, long nowMs) {
        @Override
        public String toString() {
            return firstDirty + ":" + firstUncleanable + ":" + nowMs;
        }
    }

    @Test
    void leavesWhatKafkasOwnCleanerLeaves() throws IOException {
        for (int i = 0; i < CASES; i++) {
            long seed = System.nanoTime();
            compare(seed, folder.resolve("case" + i));
        }
    }

    /** By the CPU time of the thread that cleans, as others use the machine; the last of several is warm. */
    @Test
    void printsHowFastBothCleanTheSameDirtyLog() throws IOException {
        write(folder.resolve("ours0"), new Random(1), SPEED_BYTES);
        var original = folder.resolve("ours0/orders-0");
        long sizeInBytes = 0;
        for (var name : names(original, "*.log")) {
            sizeInBytes += Files.size(original.resolve(name));
        }
        var last = names(original, "*.log").get(names(original, "*.log").size() - 1);
        var round = new Round(0, Long.parseLong(last.substring(0, 20)), 5_000_000);
        var kafkas = new ArrayList<String>();
        for (int i = 0; i < SPEED_RUNS; i++) {
            kafkas.add(folder.resolve("kafkas" + i + "/orders-0").toString());
            copy(original, Path.of(kafkas.get(i)));
            if (i > 0) {
                copy(original, folder.resolve("ours" + i + "/orders-0"));
            }
        }
        long kafkaNs = cleanWithKafka(String.join(File.pathSeparator, kafkas), endOf(original),
                List.of(round)).lines().filter(line -> line.contains(NS))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(NS) + NS.length())))
                .reduce(0, (before, now) -> now);
        long ourNs = 0;
        for (int i = 0; i < SPEED_RUNS; i++) {
            ourNs = clean(folder.resolve("ours" + i), List.of(round));
        }
        System.out.printf("cleaning %,d dirty bytes: %.0f MB/s of CPU time, Apache Kafka %.0f MB/s%n",
                sizeInBytes, sizeInBytes * 1e3 / ourNs, sizeInBytes * 1e3 / kafkaNs);
        assertThat(StoredRecords.read(folder.resolve("ours1/orders-0")).records)
                .isEqualTo(StoredRecords.read(Path.of(kafkas.get(1))).records);
    }

    private void compare(long seed, Path place) throws IOException {
        var random = new Random(seed);
        write(place.resolve("ours"), random, 6 << 20);
        var ours = place.resolve("ours/orders-0");
        var kafkas = place.resolve("kafkas/orders-0");
        copy(ours, kafkas);
        var rounds = rounds(ours);
        long end = endOf(ours);

        clean(place.resolve("ours"), rounds);
        cleanWithKafka(kafkas.toString(), end, rounds);

        var expected = StoredRecords.read(kafkas);
        var found = StoredRecords.read(ours);
        assertSame("records, seed " + seed, found.records, expected.records);
        assertSame("batches, seed " + seed, found.batches, expected.batches);
        assertThat(names(ours, "*.log")).as("segments, seed %d", seed).isEqualTo(names(kafkas, "*.log"));
        assertThat(abortedIn(ours)).as("aborted transactions, seed %d", seed).isEqualTo(abortedIn(kafkas));
    }

    private static long endOf(Path partition) throws IOException {
        return StoredRecords.read(partition).batches.stream().mapToLong(StoredRecords.Header::lastOffset)
                .max().orElseThrow() + 1;
    }

    private static String cleanWithKafka(String folders, long end, List<Round> rounds) {
        var arguments = new ArrayList<>(List.of(folders, "segment.bytes=" + SEGMENT_BYTES
                + ",cleanup.policy=compact,index.interval.bytes=4096,delete.retention.ms=" + RETENTION_MS,
                Long.toString(end)));
        rounds.forEach(round -> arguments.add(round.toString()));
        return ChildProcess.run(ThirdParty.javaSource(ThirdParty.KAFKA, "CompactWithKafka.java", arguments),
                "", Duration.ofMinutes(2));
    }

    /** Says what is different, not all that there is. */
    private static <T> void assertSame(String what, List<T> found, List<T> expected) {
        if (!found.equals(expected)) {
            var missing = new ArrayList<>(expected);
            missing.removeAll(found);
            var additional = new ArrayList<>(found);
            additional.removeAll(expected);
            throw new AssertionError(what + "\nmissing: " + missing + "\nadditional: " + additional);
        }
    }

    private static void write(Path directory, Random random, long sizeInBytes) throws IOException {
        var source = new RandomRecords(random, 100 + random.nextInt(1_000));
        try (var storage = new TestStorage(); var logs = storage.directory(directory)) {
            var log = storage.open(logs, settings());
            while (log.sizeInBytes() < sizeInBytes) {
                storage.append(log, source.next());
            }
            source.endAll().forEach(marker -> storage.append(log, marker));
        }
    }

    private static LogSettings settings() {
        return TestStorage.settings("segment.bytes", SEGMENT_BYTES, "cleanup.policy", "compact",
                "delete.retention.ms", Long.toString(RETENTION_MS), "file.delete.delay.ms", "0");
    }

    /** A first part, another one before tombstones are due, and twice all of it when they are. */
    private static List<Round> rounds(Path partition) throws IOException {
        var bases = names(partition, "*.log").stream().map(name -> Long.parseLong(name.substring(0, 20)))
                .toList();
        long middle = bases.get(2);
        long last = bases.get(bases.size() - 1);
        long nowMs = 5_000_000;
        return List.of(new Round(0, middle, nowMs), new Round(middle, last, nowMs + RETENTION_MS / 2),
                new Round(0, last, nowMs + RETENTION_MS), new Round(0, last, nowMs + 3 * RETENTION_MS));
    }

    /** Answers the CPU time that it took. */
    private static long clean(Path directory, List<Round> rounds) throws IOException {
        try (var storage = new TestStorage(); var logs = storage.directory(directory)) {
            storage.open(logs, settings());
            long before = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
            var log = logs.compactedLogs().iterator().next();
            for (var round : rounds) {
                new Cleaning(log, new Dirtiness(round.firstDirty, round.firstUncleanable, 0, 1, 0), SETTINGS,
                        new CleaningPace(Double.MAX_VALUE), round.nowMs, SegmentSwap.Observer.NONE).run();
            }
            return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() - before;
        }
    }

    private static List<String> names(Path partition, String glob) throws IOException {
        var names = new TreeSet<String>();
        try (var files = Files.newDirectoryStream(partition, glob)) {
            files.forEach(file -> names.add(file.getFileName().toString()));
        }
        return List.copyOf(names);
    }

    private static byte[] abortedIn(Path partition) throws IOException {
        var bytes = new ByteArrayOutputStream();
        for (var name : names(partition, "*.txnindex")) {
            bytes.writeBytes(Files.readAllBytes(partition.resolve(name)));
        }
        return bytes.toByteArray();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.newDirectoryStream(from)) {
            for (var file : files) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }
}
