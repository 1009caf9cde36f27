package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.log.EpochHistory.Start;
import io.millrace.broker.log.file.DamagedFileException;
import io.millrace.broker.log.file.LogFiles;
import io.millrace.broker.log.producer.ProducerSnapshot;
import io.millrace.broker.log.segment.SegmentFile;
import io.millrace.broker.log.segment.TestBatch;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRecoveryTest {
    private static final long PRODUCER = 9;
    private static final int RECORDS_PER_BATCH = 2;
    private static final int BATCHES_PER_SEGMENT = 10;

    @TempDir Path folder;

    private final int batchBytes = batch(0).view().sizeInBytes();

    /** Batch n holds offsets 2n and 2n+1; leader epochs last seven batches. */
    private static TestBatch batch(int number) {
        return TestBatch.of(RECORDS_PER_BATCH).at((long) number * RECORDS_PER_BATCH).leaderEpoch(number / 7)
                .timestampMs(1_000 + number).from(PRODUCER, 0, number * RECORDS_PER_BATCH);
    }

    private Path segment(int firstBatch) {
        return folder.resolve(LogFiles.name((long) firstBatch * RECORDS_PER_BATCH, LogFiles.LOG));
    }

    private void writeBatches(int count) throws IOException {
        for (int number = 0; number < count; number++) {
            byte[] bytes = new byte[batchBytes];
            batch(number).encode().readBytes(bytes).release();
            Files.write(segment(number - number % BATCHES_PER_SEGMENT), bytes, StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }

    private LogContents recover(long recoveryPoint) throws IOException {
        return LogFolder.recover(folder, recoveryPoint, 0, 4096);
    }

    private void damage(Path file, long position) throws IOException {
        try (var opened = new RandomAccessFile(file.toFile(), "rw")) {
            opened.seek(position);
            int old = opened.read();
            opened.seek(position);
            opened.write(old ^ 1);
        }
    }

    private SegmentFile file(long baseOffset, int sizeInBytes) {
        return new SegmentFile(folder, baseOffset, sizeInBytes);
    }

    private static List<SegmentFile> filesOf(LogContents log) {
        return log.segments().stream()
                .map(segment -> new SegmentFile(segment.folder(), segment.baseOffset(),
                        segment.sizeInBytes()))
                .toList();
    }

    private static long endOf(LogContents log) {
        return log.segments().get(log.segments().size() - 1).endOffset();
    }

    @Test
    void findsEverythingAgain() throws IOException {
        writeBatches(25);
        Files.write(segment(20), new byte[100_000], StandardOpenOption.APPEND);
        var log = recover(0);
        assertThat(filesOf(log)).containsExactly(
                file(0, 10 * batchBytes), file(20, 10 * batchBytes),
                file(40, 5 * batchBytes));
        assertThat(segment(20)).hasSize(5L * batchBytes);
        assertThat(log.logStartOffset()).isZero();
        assertThat(endOf(log)).isEqualTo(50);
        assertThat(log.recoveryPoint()).as("the last segment was not forced").isEqualTo(40);
        assertThat(log.epochs().starts()).containsExactly(new Start(0, 0), new Start(1, 14), new Start(2, 28),
                new Start(3, 42));
        for (int number = 20; number < 25; number++) {
            assertThat(log.producers().check(batch(number).view()))
                    .isEqualTo(ErrorCode.DUPLICATE_SEQUENCE_NUMBER);
            assertThat(log.producers().duplicateBaseOffset()).isEqualTo(number * 2L);
        }
        assertThat(log.producers().check(batch(25).view())).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void leavesWhatACleanCloseLeaves() throws IOException {
        writeBatches(25);
        var recovered = recover(0);
        recovered.epochs().write(folder);
        damage(segment(20), 70);
        var loaded = LogFolder.load(folder, 50, 0, 4096);
        assertThat(filesOf(loaded)).as("without reading a segment").isEqualTo(filesOf(recovered));
        assertThat(endOf(loaded)).isEqualTo(50);
        assertThat(loaded.epochs().starts()).isEqualTo(recovered.epochs().starts());
        assertThat(loaded.producers().check(batch(21).view())).isEqualTo(ErrorCode.DUPLICATE_SEQUENCE_NUMBER);
    }

    @Test
    void recoversACleanLogWhoseSnapshotOrLengthDoesNotFit() throws IOException {
        writeBatches(25);
        recover(0);
        Files.delete(folder.resolve(ProducerSnapshot.fileName(50)));
        assertThat(endOf(LogFolder.load(folder, 50, 0, 4096))).isEqualTo(50);
        assertThatThrownBy(() -> LogFolder.load(folder, 52, 0, 4096)).isInstanceOf(DamagedFileException.class)
                .hasMessageContaining("offset 50, it ends, but all up to offset 52 was on the disk");
    }

    @Test
    void cutsATailThatIsTornAtAnyByte() throws IOException {
        writeBatches(5);
        byte[] whole = Files.readAllBytes(segment(0));
        for (int length = 4 * batchBytes + 1; length < whole.length; length++) {
            Files.write(segment(0),
                    Arrays.copyOf(Arrays.copyOf(whole, length), whole.length + length % 2 * 500));
            var log = recover(0);
            assertThat(endOf(log)).as("torn at %d", length).isEqualTo(8);
            assertThat(segment(0)).hasSize(4L * batchBytes);
            assertThat(log.producers().check(batch(4).view())).isEqualTo(ErrorCode.NONE);
            assertThat(log.producers().check(batch(3).view())).isEqualTo(ErrorCode.DUPLICATE_SEQUENCE_NUMBER);
        }
    }

    @Test
    void cutsAtTheFirstFaultAboveTheRecoveryPointAndRemovesWhatFollows() throws IOException {
        writeBatches(35);
        recover(0).epochs().write(folder);
        damage(segment(10), 3L * batchBytes + 70);
        var log = recover(26);
        assertThat(filesOf(log)).containsExactly(
                file(0, 10 * batchBytes), file(20, 3 * batchBytes));
        assertThat(endOf(log)).isEqualTo(26);
        assertThat(log.epochs().starts()).containsExactly(new Start(0, 0), new Start(1, 14));
        assertThat(segment(20)).doesNotExist();
        assertThat(folder.resolve("00000000000000000060.index")).doesNotExist();
        assertThat(folder.resolve("00000000000000000070.snapshot")).doesNotExist();
        assertThat(log.producers().check(batch(13).view())).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void reportsDamageBelowTheRecoveryPointAndTouchesNothing() throws IOException {
        writeBatches(35);
        damage(segment(10), 3L * batchBytes + 70);
        assertThatThrownBy(() -> recover(27)).isInstanceOf(DamagedFileException.class)
                .hasMessageContaining(segment(10) + " is damaged: at byte " + 3 * batchBytes
                        + ", offset 26, the checksum is wrong, but all up to offset 27 was on the disk");
        assertThat(segment(10)).hasSize(10L * batchBytes);
        assertThat(segment(30)).exists();
    }

    @Test
    void reportsALogThatEndsBelowItsRecoveryPoint() throws IOException {
        writeBatches(5);
        assertThatThrownBy(() -> recover(11)).isInstanceOf(DamagedFileException.class)
                .hasMessageContaining("it ends");
    }

    @Test
    void doesNotReadBelowTheRecoveryPointIfASnapshotSaysWhatWasThere() throws IOException {
        writeBatches(25);
        recover(0);
        Files.copy(folder.resolve(ProducerSnapshot.fileName(50)),
                folder.resolve(ProducerSnapshot.fileName(20)));
        damage(segment(0), 70);
        assertThat(endOf(recover(25))).isEqualTo(50);
    }

    @Test
    void aSnapshotThatIsDamagedGivesWayToAnOlderOne() throws IOException {
        writeBatches(25);
        var log = recover(0);
        log.producers().capture(20).write(folder);
        log.producers().capture(40).write(folder);
        damage(folder.resolve(ProducerSnapshot.fileName(40)), 30);
        assertThat(recover(50).producers().check(batch(25).view())).isEqualTo(ErrorCode.NONE);
        assertThat(folder.resolve(ProducerSnapshot.fileName(40))).doesNotExist();
    }

    @Test
    void aBlankEndInTheMiddleOfTheLogIsAFault() throws IOException {
        writeBatches(25);
        byte[] middle = Files.readAllBytes(segment(10));
        Arrays.fill(middle, 5 * batchBytes, middle.length, (byte) 0);
        Files.write(segment(10), middle);
        assertThat(endOf(recover(0))).isEqualTo(30);
        assertThat(segment(20)).doesNotExist();
    }

    @Test
    void makesADamagedEpochHistoryAgain() throws IOException {
        writeBatches(25);
        var history = recover(0).epochs().starts();
        Files.writeString(folder.resolve("leader-epoch-checkpoint"), "0\n7\n");
        assertThat(LogFolder.load(folder, 50, 0, 4096).epochs().starts()).isEqualTo(history);
    }

    @Test
    void beginsAnewWhereTheLogStartLiesBeyondItsEnd() throws IOException {
        writeBatches(5);
        var log = LogFolder.recover(folder, 0, 100, 4096);
        assertThat(filesOf(log)).containsExactly(file(100, 0));
        assertThat(log.logStartOffset()).isEqualTo(100);
        assertThat(endOf(log)).isEqualTo(100);
        assertThat(segment(0)).doesNotExist();
    }

    @Test
    void anEmptyFolderIsAnEmptyLogAndLeftoversGo() throws IOException {
        Files.write(folder.resolve("00000000000000000000.log.deleted"), new byte[10]);
        Files.write(folder.resolve("leader-epoch-checkpoint.tmp"), new byte[10]);
        var log = LogFolder.load(folder, 7, 7, 4096);
        assertThat(filesOf(log)).containsExactly(file(7, 0));
        assertThat(endOf(log)).isEqualTo(7);
        try (var files = Files.list(folder)) {
            assertThat(files.filter(f -> f.toString().matches(".*(deleted|tmp)"))).isEmpty();
        }
    }
}
