package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.segment.AbortedTransaction;
import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.ControlRecordType;
import org.apache.kafka.common.record.internal.EndTransactionMarker;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random transactions, over restarts, against a model that remembers them all. */
class TransactionTest {
    private static final int PRODUCERS = 5;
    private static final int STEPS = 4_000;

    @TempDir Path folder;

    private final TestStorage storage = new TestStorage();
    private final long seed = System.nanoTime();
    private final Random random = new Random(seed);
    private final int[] sequences = new int[PRODUCERS];
    private final Map<Integer, Long> open = new TreeMap<>();
    private final List<AbortedTransaction> aborted = new ArrayList<>();
    private LogDirectory directory;
    private PartitionLog log;

    @AfterEach
    void stop() {
        storage.close();
    }

    private void open() throws IOException {
        directory = storage.directory(folder);
        log = storage.open(directory, TestStorage.settings("segment.bytes", "1048576"));
        storage.onOwner(() -> {
            log.advanceHighWatermark(log.logEndOffset());
            return null;
        });
    }

    private void step() {
        int producer = random.nextInt(PRODUCERS);
        if (open.containsKey(producer) && random.nextInt(3) == 0) {
            end(producer, random.nextBoolean());
            return;
        }
        var records = new SimpleRecord[1 + random.nextInt(3)];
        for (int i = 0; i < records.length; i++) {
            records[i] = new SimpleRecord(1_000, null, new byte[random.nextInt(2_000)]);
        }
        boolean isTransactional = open.containsKey(producer) || random.nextBoolean();
        var batch = isTransactional
                ? MemoryRecords.withTransactionalRecords(Compression.NONE, producer, (short) 0,
                        sequences[producer], records)
                : MemoryRecords.withIdempotentRecords(Compression.NONE, producer, (short) 0,
                        sequences[producer], records);
        sequences[producer] += records.length;
        long offset = append(batch);
        if (isTransactional) {
            open.putIfAbsent(producer, offset);
        }
    }

    private void end(int producer, boolean commits) {
        var type = commits ? ControlRecordType.COMMIT : ControlRecordType.ABORT;
        long first = open.remove(producer);
        long marker = append(MemoryRecords.withEndTransactionMarker(1_000, producer, (short) 0,
                new EndTransactionMarker(type, 7)));
        if (!commits) {
            aborted.add(new AbortedTransaction(producer, first, marker,
                    open.values().stream().mapToLong(Long::longValue).min().orElse(marker + 1)));
        }
    }

    private long append(MemoryRecords batch) {
        return storage.append(log, new RecordBatch().wrap(Unpooled.wrappedBuffer(batch.buffer()), 0));
    }

    private void verify() {
        long end = log.logEndOffset();
        assertThat(log.lastStableOffset()).as("seed %d", seed)
                .isEqualTo(open.values().stream().mapToLong(Long::longValue).min().orElse(end));
        long from = random.nextLong(end);
        long to = Math.min(log.lastStableOffset(), from + random.nextLong(end));
        if (from < to) {
            assertThat(log.coldReads().abortedTransactions(from, to).join()).as("seed %d", seed)
                    .containsExactlyElementsOf(
                            aborted.stream().filter(entry -> entry.touches(from, to)).toList());
        }
    }

    @Test
    void abortedTransactionsAndTheLastStableOffsetSurviveClosingAndCrashes() throws IOException {
        open();
        for (int i = 0; i < STEPS; i++) {
            step();
            verify();
            if (i % 1_000 == 900) {
                if (random.nextBoolean()) {
                    directory.close();
                } else {
                    crash();
                }
                damageIndexes();
                open();
                verify();
            }
        }
        assertThat(log.segments()).as("seed %d", seed).hasSizeGreaterThan(3);
        assertThat(log.coldReads().abortedTransactions(0, log.lastStableOffset()).join()).as("seed %d", seed)
                .containsExactlyElementsOf(aborted.stream()
                        .filter(entry -> entry.firstOffset() < log.lastStableOffset()).toList());
        directory.close();
    }

    /** No one sees that an index of transactions is missing, or that its last entries are. */
    private void damageIndexes() throws IOException {
        try (var files = Files.newDirectoryStream(log.folder(), "*.txnindex")) {
            for (var file : files) {
                int left = random.nextInt((int) Files.size(file) / 34 + 1);
                switch (random.nextInt(3)) {
                    case 0 -> Files.delete(file);
                    case 1 -> Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 34 * left));
                    default -> { /* this one stays whole */ }
                }
            }
        }
    }

    /** Closing loses nothing that was appended; without the mark of a clean close all of it is recovered. */
    private void crash() throws IOException {
        directory.close();
        Files.delete(folder.resolve(".kafka_cleanshutdown"));
        try (var files = Files.newDirectoryStream(log.folder(), "*.txnindex")) {
            for (var file : files) {
                Files.delete(file);
            }
        }
        Files.deleteIfExists(folder.resolve("recovery-point-offset-checkpoint"));
        try (var files = Files.newDirectoryStream(log.folder(), "*.snapshot")) {
            for (var file : files) {
                Files.delete(file);
            }
        }
    }
}
