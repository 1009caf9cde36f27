package io.millrace.broker.log.cleaner;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.TestStorage;
import io.millrace.broker.log.cleaner.StoredRecords.Header;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a broker, as far as its files go, after each change that a cleaning makes to the folder. */
class CleaningCrashTest {
    private static final CleanerSettings SETTINGS = new CleanerSettings(true, 1, 1 << 20, 0.9, 64 << 10,
            Double.MAX_VALUE, 1);
    private static final String[] TOPIC = {"segment.bytes", "1048576", "cleanup.policy", "compact",
        "min.cleanable.dirty.ratio", "0.01", "file.delete.delay.ms", "3600000"};

    @TempDir Path folder;

    private final long seed = System.nanoTime();
    private final RandomRecords source = new RandomRecords(new Random(seed), 400);

    @Test
    void aCrashAtAnyPointLeavesEachGroupOfSegmentsAsItWasOrCompacted() throws IOException {
        Map<String, Path> crashes = new LinkedHashMap<>();
        StoredRecords before;
        StoredRecords after;
        List<Long> starts = new ArrayList<>();
        try (var storage = new TestStorage(); var directory = storage.directory(folder.resolve("live"))) {
            var log = storage.open(directory, TestStorage.settings(TOPIC));
            var compacted = directory.compactedLogs().iterator().next();
            for (int round = 0; round < 2; round++) {
                while (compacted.segments().size() < 4 + round) {
                    storage.append(log, source.next());
                }
                source.endAll().forEach(marker -> storage.append(log, marker));
                storage.awaitSealed(log);
                if (round == 0) {
                    new LogCleaner(SETTINGS, directory::compactedLogs, storage.clock).cleanNext();
                }
            }
            before = StoredRecords.read(log.folder());
            new Cleaning(compacted, DirtyParts.of(compacted, storage.nowMs), SETTINGS,
                    new CleaningPace(Double.MAX_VALUE), storage.nowMs, step -> {
                        var copy = folder.resolve("crash" + crashes.size());
                        copy(log.folder(), copy.resolve(log.folder().getFileName()));
                        crashes.put(crashes.size() + " " + step, copy);
                    }).run();
            after = StoredRecords.read(log.folder());
            compacted.segments().forEach(segment -> starts.add(segment.baseOffset()));
        }
        assertThat(crashes).hasSizeGreaterThan(12);
        assertThat(crashes.keySet()).anyMatch(step -> step.contains(".log.deleted"));
        for (var crash : crashes.entrySet()) {
            verify(crash.getKey(), crash.getValue(), new Outcome(before, after, starts));
        }
    }

    /** The log before and after the cleaning, and where the segments that it left begin. */
    private record Outcome(StoredRecords before, StoredRecords after, List<Long> starts) {}

    private void verify(String step, Path copy, Outcome outcome) throws IOException {
        try (var storage = new TestStorage(); var directory = storage.directory(copy)) {
            var log = storage.open(directory, TestStorage.settings(TOPIC));
            var found = StoredRecords.read(log.folder()).batches;
            for (int i = 0; i < outcome.starts.size(); i++) {
                long from = outcome.starts.get(i);
                long to = i + 1 < outcome.starts.size() ? outcome.starts.get(i + 1) : Long.MAX_VALUE;
                var group = within(found, offset -> offset >= from && offset < to);
                assertThat(group).as("seed %d, crash after %s, offsets from %d", seed, step, from).isIn(
                        within(outcome.before.batches, offset -> offset >= from && offset < to),
                        within(outcome.after.batches, offset -> offset >= from && offset < to));
            }
            assertThat(log.logEndOffset()).isEqualTo(found.get(found.size() - 1).lastOffset() + 1);
            assertThat(storage.readBaseOffsets(log)).as("seed %d, %s", seed, step)
                    .isEqualTo(found.stream().map(Header::baseOffset).toList());
            try (var left = Files.newDirectoryStream(log.folder(), "*{.cleaned,.swap,.deleted}")) {
                assertThat(left).as("seed %d, %s", seed, step).isEmpty();
            }
        }
    }

    private static List<Header> within(List<Header> batches, LongPredicate offsets) {
        return batches.stream().filter(batch -> offsets.test(batch.baseOffset())).toList();
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
