package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.segment.TestBatch;
import io.millrace.broker.log.setting.LogSettings;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** After a crash the last segment is read from its mark on; without a mark that fits it is read from its start. */
class RecoveryMarkTest {
    private static final int VALUE_BYTES = 16_000;
    private static final int BATCHES_BEFORE_MARK = 1_000;
    private static final int BATCHES = BATCHES_BEFORE_MARK + 50;
    /** Much more than the bytes behind the mark and what a test reads of classes; a third of the segment. */
    private static final long FEW_BYTES = 6 << 20;
    private static final LogSettings SETTINGS = TestLog.settings(64 << 20, Long.MAX_VALUE);

    @TempDir Path path;

    private final TestStorage storage = new TestStorage();

    @AfterEach
    void stop() {
        storage.close();
    }

    private static TestBatch batch(int number) {
        return TestBatch.of(1).valueBytes(VALUE_BYTES).timestampMs(1_000 + 10L * number).from(5, 0, number);
    }

    /** As a killed process leaves it. */
    private Path crashed() throws IOException {
        var live = path.resolve("live");
        var directory = storage.directory(live);
        var log = storage.open(directory, SETTINGS);
        for (int number = 0; number < BATCHES; number++) {
            if (number == BATCHES_BEFORE_MARK) {
                directory.care().checkpoint().join();
                TestStorage.waitUntil(() -> Files.exists(mark(live)));
            }
            storage.append(log, batch(number));
        }
        var image = path.resolve("crashed");
        copy(live, image);
        directory.close();
        return image;
    }

    private static Path mark(Path directory) {
        return directory.resolve(TestStorage.ORDERS.toString()).resolve("recovery-mark");
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.newDirectoryStream(from)) {
            for (var file : files) {
                var name = to.resolve(file.getFileName());
                if (Files.isDirectory(file)) {
                    copy(file, name);
                } else if (!file.endsWith(".lock") && !file.endsWith(".reserve")) {
                    Files.copy(file, name);
                }
            }
        }
    }

    /** Bytes that recovery read, having found everything. */
    private long recover(Path image) throws IOException {
        try (var again = new TestStorage(); var directory = again.directory(image)) {
            long before = bytesRead();
            var log = again.open(directory, SETTINGS);
            long read = bytesRead() - before;
            assertThat(log.logEndOffset()).isEqualTo(BATCHES);
            for (int number : List.of(0, 1, 500, BATCHES_BEFORE_MARK - 1, BATCHES_BEFORE_MARK, BATCHES - 1)) {
                var at = log.coldReads().firstAt(1_000 + 10L * number).orTimeout(30, TimeUnit.SECONDS).join();
                assertThat(at.offset()).isEqualTo(number);
            }
            var offsets = new ArrayList<Long>();
            again.readBatches(log, batch -> offsets.add(batch.baseOffset()));
            assertThat(offsets).hasSize(BATCHES).isSorted();
            assertThat(again.onOwner(() -> log.producers().check(batch(BATCHES - 1).view())))
                    .isEqualTo(ErrorCode.DUPLICATE_SEQUENCE_NUMBER);
            assertThat(again.append(log, batch(BATCHES))).isEqualTo(BATCHES);
            return read;
        }
    }

    private static long bytesRead() {
        try {
            return Files.readAllLines(Path.of("/proc/self/io")).stream()
                    .filter(line -> line.startsWith("rchar:"))
                    .mapToLong(line -> Long.parseLong(line.substring("rchar: ".length()))).findFirst()
                    .orElseThrow();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aRecoveryReadsFromTheMarkOn() throws IOException {
        assertThat(recover(crashed())).isLessThan(FEW_BYTES);
    }

    @Test
    void aMissingOrDamagedMarkCostsTimeOnly() throws IOException {
        var image = crashed();
        var second = path.resolve("second");
        copy(image, second);
        Files.delete(mark(image));
        assertThat(recover(image)).isGreaterThan(2 * FEW_BYTES);
        try (var file = new RandomAccessFile(mark(second).toFile(), "rw")) {
            file.seek(file.length() / 2);
            int old = file.read();
            file.seek(file.length() / 2);
            file.write(old ^ 4);
        }
        assertThat(recover(second)).isGreaterThan(2 * FEW_BYTES);
    }

    /** Other batches of the same sizes lie below it. */
    @Test
    void aMarkOfABetterPastIsNotBelieved() throws IOException {
        var image = crashed();
        var stale = Files.readAllBytes(mark(image));
        try (var again = new TestStorage(); var directory = again.directory(image)) {
            var log = again.open(directory, SETTINGS);
            again.cut(log, 10);
            assertThat(mark(image)).as("taken away by the cut").doesNotExist();
            for (int number = 10; number < BATCHES; number++) {
                again.append(log, batch(number).timestampMs(1_003 + 10L * number));
            }
        }
        Files.write(mark(image), stale);
        Files.deleteIfExists(image.resolve(".kafka_cleanshutdown"));
        assertThat(recover(image)).isGreaterThan(2 * FEW_BYTES);
    }
}
