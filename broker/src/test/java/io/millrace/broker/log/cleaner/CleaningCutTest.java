package io.millrace.broker.log.cleaner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.log.LogDirectory;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.log.RoomListener;
import io.millrace.broker.log.TestStorage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that is cut back while it is compacted, and after. */
class CleaningCutTest {
    private static final CleanerSettings SETTINGS = new CleanerSettings(true, 1, 1 << 20, 0.9, 64 << 10,
            Double.MAX_VALUE, 1);
    private static final String CHECKPOINT = "cleaner-offset-checkpoint";
    private static final int KEYS = 3_000;

    @TempDir Path folder;

    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final TestStorage storage = new TestStorage();
    private LogDirectory directory;
    private PartitionLog log;
    private CleanableLog compacted;
    private LogCleaner cleaner;

    @BeforeEach
    void open() throws IOException {
        directory = storage.directory(folder);
        log = storage.open(directory, TestStorage.settings("segment.bytes", "1048576", "cleanup.policy",
                "compact", "min.cleanable.dirty.ratio", "0.01", "file.delete.delay.ms", "0"));
        compacted = directory.compactedLogs().iterator().next();
        cleaner = new LogCleaner(SETTINGS, directory::compactedLogs, storage.clock);
    }

    @AfterEach
    void stop() throws IOException {
        cleaner.close();
        directory.close();
        storage.close();
    }

    private void append(int bytes) {
        long goal = log.sizeInBytes() + bytes;
        while (log.sizeInBytes() < goal) {
            var records = new SimpleRecord[20];
            for (int i = 0; i < records.length; i++) {
                byte[] key = ("key-" + random.nextInt(KEYS)).getBytes(StandardCharsets.UTF_8);
                records[i] = new SimpleRecord(storage.nowMs, key, new byte[random.nextInt(300)]);
            }
            storage.append(log, RandomRecords.view(MemoryRecords.withRecords(Compression.NONE, records)));
        }
    }

    private CompletableFuture<Void> beginCut(long offset) {
        var done = new CompletableFuture<Void>();
        storage.owner.execute(() -> log.cut().truncateTo(offset, new RoomListener() {
            @Override
            public void onRoom() {
                done.complete(null);
            }

            @Override
            public void onStorageError(IOException error) {
                done.completeExceptionally(error);
            }
        }));
        return done.orTimeout(30, TimeUnit.SECONDS);
    }

    private List<Long> offsets() throws IOException {
        return StoredRecords.read(log.folder()).records.stream().map(StoredRecords.Stored::offset).toList();
    }

    @Test
    void aCutEndsTheCleaningThatIsUnderWayBeforeItDropsAnythingForWhatIsCut() throws IOException {
        append(4 << 20);
        storage.awaitSealed(log);
        var before = offsets();
        long end = before.get(before.size() / 3) / 20 * 20;
        var cut = new CompletableFuture<Void>();
        assertThat(compacted.claim().claim()).isTrue();
        var cleaning = new Cleaning(compacted, DirtyParts.of(compacted, storage.nowMs), SETTINGS,
                new CleaningPace(Double.MAX_VALUE), storage.nowMs, step -> {
                    if (step.equals("rewritten")) {
                        beginCut(end).whenComplete((nothing, error) -> complete(cut, error));
                    }
                });
        assertThatThrownBy(cleaning::run).isInstanceOf(CleaningStoppedException.class);
        assertThat(cut).as("waits for the cleaner to let go").isNotDone();
        compacted.claim().release();
        cut.join();
        assertThat(offsets()).as("seed %d", seed).isEqualTo(before.stream().filter(o -> o < end).toList());
        assertThat(compacted.cleanedTo()).isLessThanOrEqualTo(end);
        assertThat(compacted.claim().isTaken()).as("may be cleaned again").isFalse();
    }

    private static void complete(CompletableFuture<Void> cut, Throwable error) {
        if (error == null) {
            cut.complete(null);
        } else {
            cut.completeExceptionally(error);
        }
    }

    @Test
    void whatIsAppendedAfterACutIsCompactedAlsoWhereTheOldEndWas() throws IOException {
        append(5 << 20);
        storage.awaitSealed(log);
        assertThat(cleaner.cleanNext()).isTrue();
        long cleanedTo = compacted.cleanedTo();
        long end = cleanedTo / 2;
        beginCut(end).join();
        assertThat(log.logEndOffset()).isLessThan(cleanedTo);
        assertThat(cleanedToOnDisk()).isLessThanOrEqualTo(log.logEndOffset());
        assertThat(compacted.cleanedTo()).isEqualTo(cleanedToOnDisk());

        while (log.logEndOffset() < 2 * cleanedTo) {
            append(1 << 20);
        }
        storage.awaitSealed(log);
        var expected = CompactedModel.compacted(StoredRecords.read(log.folder()).records,
                storage.lastBaseOffset(log));
        assertThat(cleaner.cleanNext()).isTrue();
        assertThat(StoredRecords.read(log.folder()).records).as("seed %d", seed).isEqualTo(expected);
    }

    /** The last line of the checkpoint, which has one partition. */
    private long cleanedToOnDisk() throws IOException {
        var lines = Files.readAllLines(folder.resolve(CHECKPOINT));
        var words = lines.get(lines.size() - 1).split(" ");
        return Long.parseLong(words[words.length - 1]);
    }

    @Test
    void cutsAndCleaningsAtOnceLeaveALogThatCanBeReadAndCompacted() throws IOException {
        cleaner.start();
        for (int round = 0; round < 12; round++) {
            append(1 << 20);
            long end = log.logEndOffset() * (50 + random.nextInt(50)) / 100;
            beginCut(end).join();
            assertThat(log.logEndOffset()).as("seed %d", seed).isLessThanOrEqualTo(end);
            assertThat(compacted.cleanedTo()).as("seed %d", seed).isLessThanOrEqualTo(log.logEndOffset());
        }
        append(2 << 20);
        storage.awaitSealed(log);
        cleaner.close();
        cleaner = new LogCleaner(SETTINGS, directory::compactedLogs, storage.clock);
        while (cleaner.cleanNext()) {
            assertThat(cleaner.setAside()).as("seed %d", seed).isEmpty();
        }
        var stored = StoredRecords.read(log.folder());
        assertThat(storage.readBaseOffsets(log)).as("seed %d", seed)
                .isEqualTo(stored.batches.stream().map(StoredRecords.Header::baseOffset).toList());
        var seen = new HashSet<String>();
        long active = storage.lastBaseOffset(log);
        assertThat(stored.records).as("seed %d", seed)
                .noneMatch(record -> record.offset() < active && !seen.add(record.key()));
    }
}
