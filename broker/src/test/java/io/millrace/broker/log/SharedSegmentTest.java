package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.segment.TestBatch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Segments that an import linked are another folder's too, which must never change. */
class SharedSegmentTest {
    private static final int BATCHES = 50;

    @TempDir Path root;
    private final TestStorage storage = new TestStorage();
    private final Map<Path, byte[]> theirs = new HashMap<>();

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void aCutAndWhatIsAppendedThenLeaveTheOtherFolderAlone() throws IOException {
        try (var directory = storage.directory(root.resolve("ours"))) {
            var log = open(directory);
            for (int i = 0; i < BATCHES; i++) {
                storage.append(log, TestBatch.of(1).valueBytes(100_000));
            }
        }
        linkAll();
        try (var directory = storage.directory(root.resolve("ours"))) {
            var log = open(directory);
            storage.cut(log, 13);
            for (int i = 0; i < 5; i++) {
                storage.append(log, TestBatch.of(1).valueBytes(50_000));
            }
            assertThat(storage.readBaseOffsets(log)).hasSize(18);
        }
        theirs.forEach((file, bytes) -> assertThat(file).hasBinaryContent(bytes));
    }

    @Test
    void aRecoveryThatCutsLeavesTheOtherFolderAlone() throws IOException {
        var directory = storage.directory(root.resolve("ours"));
        var log = open(directory);
        for (int i = 0; i < BATCHES; i++) {
            storage.append(log, TestBatch.of(1).valueBytes(100_000));
        }
        directory.close();
        var folder = root.resolve("ours/orders-0");
        Files.delete(root.resolve("ours/recovery-point-offset-checkpoint"));
        Files.delete(root.resolve("ours/.kafka_cleanshutdown"));
        var middle = folder.resolve("00000000000000000020.log");
        assertThat(middle).exists();
        var bytes = Files.readAllBytes(middle);
        bytes[bytes.length / 2] ^= 1;
        Files.write(middle, bytes);
        linkAll();
        try (var again = storage.directory(root.resolve("ours"))) {
            assertThat(open(again).logEndOffset()).isBetween(20L, 30L);
        }
        theirs.forEach((file, content) -> assertThat(file).hasBinaryContent(content));
    }

    private PartitionLog open(LogDirectory directory) {
        return storage.open(directory, TestStorage.settings("segment.bytes", "1048576"));
    }

    private void linkAll() throws IOException {
        var other = Files.createDirectories(root.resolve("theirs"));
        try (var files = Files.newDirectoryStream(root.resolve("ours/orders-0"), "*.log")) {
            for (var file : files) {
                var linked = Files.createLink(other.resolve(file.getFileName()), file);
                theirs.put(linked, Files.readAllBytes(linked));
            }
        }
        assertThat(theirs).hasSizeGreaterThan(3);
    }
}
