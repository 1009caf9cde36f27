package io.millrace.broker.log.cleaner;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.LogDirectory;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.log.TestStorage;
import io.millrace.broker.log.cleaner.StoredRecords.Stored;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.function.Predicate;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random logs, compacted once and again, against a model of the whole log. */
class LogCleanerTest {
    private static final long RETENTION_MS = 100_000;
    private static final int KEYS = 2_000;
    private static final long LONE_PRODUCER = 99;

    @TempDir Path folder;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final RandomRecords source = new RandomRecords(random, KEYS);
    private final TestStorage storage = new TestStorage();
    private LogDirectory directory;
    private PartitionLog log;
    private LogCleaner cleaner;

    @BeforeEach
    void open() throws IOException {
        directory = storage.directory(folder);
        log = storage.open(directory,
                TestStorage.settings("segment.bytes", "1048576", "cleanup.policy", "compact",
                        "min.cleanable.dirty.ratio", "0.01", "delete.retention.ms",
                        Long.toString(RETENTION_MS),
                        "file.delete.delay.ms", "0", "index.interval.bytes", "512"));
        storage.onOwner(() -> {
            log.advanceHighWatermark(log.logEndOffset());
            return null;
        });
        cleaner = cleaner(1 << 20);
    }

    private LogCleaner cleaner(int keyMapBytes) {
        return new LogCleaner(
                new CleanerSettings(true, 1, keyMapBytes, 0.9, 64 << 10, Double.MAX_VALUE, 1),
                directory::compactedLogs, storage.clock);
    }

    @AfterEach
    void stop() throws IOException {
        directory.close();
        storage.close();
    }

    /** Appends about so many bytes, and ends all transactions. */
    private void append(int bytes) {
        long goal = log.sizeInBytes() + bytes;
        while (log.sizeInBytes() < goal) {
            storage.append(log, source.next());
        }
        for (var marker : source.endAll()) {
            storage.append(log, marker);
        }
        storage.awaitSealed(log);
    }

    /** Where the active segment begins: up to there all is compacted. */
    private long activeBase() {
        return storage.lastBaseOffset(log);
    }

    @Test
    void leavesTheNewestCommittedRecordOfEachKeyWhereItWas() throws IOException {
        append(3 << 20);
        var before = StoredRecords.read(log.folder());
        long end = activeBase();
        var expected = CompactedModel.compacted(before.records, end);
        assertThat(cleaner.cleanNext()).isTrue();
        var after = StoredRecords.read(log.folder());
        assertThat(CompactedModel.committed(after.records)).as("seed %d", seed).isEqualTo(expected);
        assertThat(after.records.size()).as("seed %d", seed).isLessThan(before.records.size() / 2);
        assertThat(cleaner.cleanNext()).as("there is nothing left to do").isFalse();
        assertThat(log.logEndOffset())
                .isEqualTo(before.batches.get(before.batches.size() - 1).lastOffset() + 1);
    }

    @Test
    void compactsAgainAndAgainAlsoWhenTheKeysDoNotFitAtOnce() throws IOException {
        cleaner = cleaner(KEYS * 3 / 4 * KeyMap.SLOT_BYTES);
        append(3 << 20);
        var all = StoredRecords.read(log.folder()).records;
        for (int round = 0; round < 2; round++) {
            int cleanings = 0;
            while (cleaner.cleanNext()) {
                cleanings++;
            }
            assertThat(cleanings).as("rounds that the small map takes").isGreaterThan(3);
            var expected = CompactedModel.compacted(all, activeBase());
            var after = StoredRecords.read(log.folder()).records;
            assertThat(CompactedModel.committed(after)).as("seed %d, round %d", seed, round)
                    .isEqualTo(expected);
            append(2 << 20);
            all = StoredRecords.read(log.folder()).records;
        }
    }

    private Predicate<Stored> keyed(String key) {
        return record -> key.equals(record.key());
    }

    private void appendOne(int sequence, String key, String value, boolean isTransactional) {
        var record = new SimpleRecord(1_000_000, key.getBytes(StandardCharsets.UTF_8),
                value == null ? null : value.getBytes(StandardCharsets.UTF_8));
        storage.append(log, RandomRecords.view(isTransactional
                ? MemoryRecords.withTransactionalRecords(Compression.NONE, LONE_PRODUCER, (short) 0, sequence,
                        record)
                : MemoryRecords.withIdempotentRecords(Compression.NONE, LONE_PRODUCER, (short) 0, sequence,
                        record)));
    }

    @Test
    void dropsTombstonesAndMarkersWhenTheirTimeHasPassed() throws IOException {
        appendOne(0, "aborted", "value", true);
        storage.append(log,
                RandomRecords.view(MemoryRecords.withEndTransactionMarker(1_000_000, LONE_PRODUCER,
                        (short) 0, new EndTransactionMarker(ControlRecordType.ABORT, 1))));
        appendOne(1, "gone", "value", false);
        appendOne(2, "gone", null, false);
        appendOne(3, "kept", "value", false);
        Predicate<Stored> marker = record -> record.offset() == 1
                && record.marker() == ControlRecordType.ABORT;

        compactAfter(0);
        var first = StoredRecords.read(log.folder());
        assertThat(first.records).as("seed %d", seed).noneMatch(keyed("aborted")).anyMatch(marker);
        assertThat(first.records.stream().filter(keyed("gone"))).singleElement().matches(Stored::isTombstone);
        assertThat(first.batches)
                .anyMatch(batch -> batch.baseOffset() == 3 && batch.horizonMs() == storage.nowMs
                        + RETENTION_MS);
        compactAfter(RETENTION_MS - 1);
        assertThat(StoredRecords.read(log.folder()).records).as("seed %d", seed).anyMatch(keyed("gone"))
                .anyMatch(marker);
        compactAfter(1);
        assertThat(StoredRecords.read(log.folder()).records).as("seed %d", seed).noneMatch(keyed("gone"))
                .anyMatch(keyed("kept")).anyMatch(marker);
        compactAfter(RETENTION_MS);
        assertThat(StoredRecords.read(log.folder()).records).as("seed %d", seed).noneMatch(marker);
    }

    private void compactAfter(long waitMs) {
        append(2 << 20);
        storage.nowMs += waitMs;
        assertThat(cleaner.cleanNext()).isTrue();
    }

    @Test
    void readersSeeTheCompactedLogAlsoAfterARestart() throws IOException {
        append(3 << 20);
        assertThat(cleaner.cleanNext()).isTrue();
        var expected = StoredRecords.read(log.folder()).batches.stream().map(StoredRecords.Header::baseOffset)
                .toList();
        assertThat(storage.readBaseOffsets(log)).as("seed %d", seed).isEqualTo(expected);
        directory.close();
        open();
        assertThat(storage.readBaseOffsets(log)).as("seed %d", seed).isEqualTo(expected);
        directory.close();
        Files.delete(folder.resolve(".kafka_cleanshutdown"));
        Files.delete(folder.resolve("recovery-point-offset-checkpoint"));
        open();
        assertThat(storage.readBaseOffsets(log)).as("seed %d, recovered", seed).isEqualTo(expected);
        append(2 << 20);
        assertThat(cleaner.cleanNext()).isTrue();
    }

    @Test
    void setsADamagedLogAsideAndLeavesItAsItIs() throws IOException {
        append(3 << 20);
        var victim = log.folder().resolve("00000000000000000000.log");
        byte[] bytes = Files.readAllBytes(victim);
        bytes[bytes.length / 2] ^= 4;
        Files.write(victim, bytes, StandardOpenOption.WRITE);
        assertThat(cleaner.cleanNext()).isFalse();
        assertThat(cleaner.setAside()).containsKey(log.folder());
        assertThat(cleaner.cleanNext()).isFalse();
        assertThat(Files.readAllBytes(victim)).isEqualTo(bytes);
        try (var files = Files.newDirectoryStream(log.folder(), "*.cleaned")) {
            assertThat(files).isEmpty();
        }
    }
}
