package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.log.segment.LogRead;
import io.millrace.protocol.record.RecordBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogStressTest {
    private static final int BATCHES = 4_000;

    @TempDir Path folder;

    @Test
    void readersSeeWholeBatchesWhileSegmentsRollAndGo() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        try (var test = TestLog.create(folder, TestLog.settings(256 << 10), 2 << 20)) {
            var readers = new ArrayList<CompletableFuture<Long>>();
            for (int i = 0; i < 3; i++) {
                long readerSeed = seed + i;
                readers.add(CompletableFuture.supplyAsync(() -> readToTheEnd(test, new Random(readerSeed))));
            }
            for (int i = 0; i < BATCHES; i++) {
                test.append(TestLog.batch(i, 1 + random.nextInt(4_000)));
                if (random.nextInt(200) == 0) {
                    deleteOldest(test);
                    test.onOwner(test.log::releaseIdle);
                }
            }
            for (var reader : readers) {
                assertThat(TestLog.await(reader)).as("seed %d", seed).isEqualTo(BATCHES);
            }
        }
    }

    private static void deleteOldest(TestLog test) throws IOException {
        var segments = test.log.segments();
        if (segments.size() > 4) {
            long below = segments.get(2).baseOffset();
            for (var gone : test.onOwner(() -> test.log.removeSegmentsBelow(below))) {
                Files.deleteIfExists(gone.file());
                var mapping = gone.detach();
                if (mapping != null) {
                    mapping.release();
                }
            }
        }
    }

    /**
     * Follows the log as a slow consumer does, jumping to its start when overtaken; answers where it ended.
     */
    private static long readToTheEnd(TestLog test, Random random) {
        var batch = new RecordBatch();
        long offset = 0;
        while (offset < BATCHES) {
            var read = test.read(offset, Long.MAX_VALUE, 1 + random.nextInt(300_000), true);
            if (read.status() == LogRead.Status.OUT_OF_RANGE) {
                offset = test.log.logStartOffset();
                continue;
            }
            assertThat(read.status()).isEqualTo(LogRead.Status.DATA);
            var records = read.records();
            while (records.isReadable()) {
                batch.wrap(records, records.readerIndex());
                assertThat(batch.isWhole(records.writerIndex())).isTrue();
                assertThat(batch.baseOffset()).isEqualTo(offset);
                assertThat(batch.isCrcValid()).isTrue();
                offset = batch.nextOffset();
                records.skipBytes(batch.sizeInBytes());
            }
            records.release();
        }
        return offset;
    }

    @Test
    void aFullDiskFailsAppendsAndServiceReturnsWithSpace() throws Exception {
        var disk = Files.createDirectory(folder.resolve("disk"));
        assertThat(run("mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", disk.toString()))
                .as("a small disk can be mounted, which needs root").isTrue();
        try {
            var ballast = Files.write(disk.resolve("ballast"), new byte[1 << 20]);
            try (var test = TestLog.create(disk, TestLog.settings(1 << 30))) {
                assertThatThrownBy(() -> {
                    for (int i = 0; i < 1_000; i++) {
                        test.append(TestLog.batch(i, 10_000));
                    }
                }).rootCause().isInstanceOf(IOException.class);
                long end = test.log.logEndOffset();
                assertThat(end).isBetween(100L, 210L);
                Files.delete(ballast);
                test.disk.look();
                assertThat(test.append(TestLog.batch(1_000, 10_000))).isEqualTo(end);
                assertThat(test.read(end, Long.MAX_VALUE, 1, true).records().release()).isFalse();
            }
        } finally {
            run("umount", disk.toString());
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
