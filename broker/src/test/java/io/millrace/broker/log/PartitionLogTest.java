package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.segment.LogRead;
import io.millrace.broker.log.segment.Segment;
import io.millrace.broker.log.segment.SegmentFile;
import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.kafka.common.record.internal.FileRecords;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionLogTest {
    private static final int MIB = 1 << 20;

    @TempDir Path folder;

    @Test
    void readsBackWhatWasAppendedFromEveryOffset() throws IOException {
        try (var test = TestLog.create(folder, TestLog.settings(MIB))) {
            for (int i = 0; i < 200; i++) {
                assertThat(test.append(TestLog.batch(1000 + i, 10, 100, i))).isEqualTo(3L * i);
            }
            assertThat(test.log.logEndOffset()).isEqualTo(600);
            for (int offset = 0; offset < 600; offset++) {
                var read = test.read(offset, Long.MAX_VALUE, 1, true);
                assertThat(offsets(read)).containsExactly((long) offset / 3 * 3);
            }
            assertThat(test.log.read(600, Long.MAX_VALUE, 100, true)).isEqualTo(LogRead.EMPTY);
            assertThat(test.log.read(601, Long.MAX_VALUE, 100, true).status())
                    .isEqualTo(LogRead.Status.OUT_OF_RANGE);
            assertThat(test.log.read(-1, Long.MAX_VALUE, 100, true).status())
                    .isEqualTo(LogRead.Status.OUT_OF_RANGE);
        }
    }

    @Test
    void cutsReadsAtWholeBatchesBelowTheLimit() throws IOException {
        try (var test = TestLog.create(folder, TestLog.settings(MIB))) {
            for (int i = 0; i < 100; i++) {
                test.append(TestLog.batch(i, 50, 50));
            }
            int size = TestLog.batch(0, 50, 50).readableBytes();
            assertThat(offsets(test.read(20, Long.MAX_VALUE, 3 * size, false))).containsExactly(20L, 22L,
                    24L);
            assertThat(offsets(test.read(21, Long.MAX_VALUE, 3 * size - 1, false))).containsExactly(20L, 22L);
            assertThat(offsets(test.read(190, 197, MIB, false))).containsExactly(190L, 192L, 194L);
            assertThat(offsets(test.read(0, 199, MIB, false))).hasSize(99);
            assertThat(offsets(test.read(50, Long.MAX_VALUE, size - 1, false))).isEmpty();
            assertThat(offsets(test.read(50, Long.MAX_VALUE, size - 1, true))).containsExactly(50L);
            assertThat(offsets(test.read(50, 51, size, true))).isEmpty();
        }
    }

    @Test
    void rollsWhenFullAndReadsAcrossSegments() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var starts = new ArrayList<Long>();
        try (var test = TestLog.create(folder, TestLog.settings(64 << 10))) {
            for (int i = 0; i < 500; i++) {
                starts.add(test.append(TestLog.batch(i, random.nextInt(3000), random.nextInt(500))));
            }
            assertThat(test.log.segments().size()).as("seed %d", seed).isGreaterThan(5);
            assertThat(readAll(test, random)).as("seed %d", seed).isEqualTo(starts);
        }
        assertThat(kafkaOffsets(folder)).as("seed %d", seed).isEqualTo(starts);
    }

    @Test
    void reopensWhatWasClosedAndGoesOn() throws IOException {
        var segments = new ArrayList<Segment>();
        try (var test = TestLog.create(folder, TestLog.settings(64 << 10))) {
            for (int i = 0; i < 300; i++) {
                test.append(TestLog.batch(i, 500));
            }
            test.log.segments().forEach(segment -> segments
                    .add(new SegmentFile(folder, segment.baseOffset(), segment.sizeInBytes())
                            .reopen(segment.endOffset(), true)));
        }
        for (var segment : segments) {
            assertThat(Files.size(segment.file())).isEqualTo(segment.sizeInBytes());
        }
        try (var test = TestLog.open(folder, TestLog.settings(64 << 10), segments)) {
            assertThat(test.log.segments()).allMatch(segment -> segment.region() == null);
            assertThat(readAll(test, new Random(1))).hasSize(300);
            assertThat(test.append(TestLog.batch(300, 500))).isEqualTo(300);
            assertThat(offsets(test.read(299, Long.MAX_VALUE, MIB, false))).containsExactly(299L, 300L);
            assertThat(segments.get(0).maxTimestampMs(test.log.settings())).isBetween(50L, 200L);
        }
        assertThat(kafkaOffsets(folder)).hasSize(301);
    }

    @Test
    void goesColdWhenPagesWereDroppedAndWarmsAgain() throws IOException {
        try (var test = TestLog.create(folder, TestLog.settings(64 * MIB), 4 * MIB)) {
            for (int i = 0; i < 1000; i++) {
                test.append(TestLog.batch(i, 20_000));
            }
            assertThat(test.log.read(0, Long.MAX_VALUE, MIB, true)).isEqualTo(LogRead.COLD);
            assertThat(readAll(test, new Random(2))).hasSize(1000);
            assertThat(test.log.resources().budget().residentBytes()).isLessThanOrEqualTo(4 * MIB);
        }
    }

    @Test
    void keepsBytesInFlightWhenTheirSegmentGoes() throws IOException {
        try (var test = TestLog.create(folder, TestLog.settings(64 << 10))) {
            for (int i = 0; i < 200; i++) {
                test.append(TestLog.batch(i, 1000));
            }
            var read = test.read(0, Long.MAX_VALUE, 10_000, true);
            long secondBase = test.log.segments().get(1).baseOffset();
            var gone = test.onOwner(() -> test.log.removeSegmentsBelow(secondBase));
            assertThat(gone).hasSize(1);
            Files.delete(gone.get(0).file());
            gone.get(0).detach().release();
            assertThat(test.log.logStartOffset()).isEqualTo(secondBase);
            assertThat(test.log.read(0, Long.MAX_VALUE, 100, true).status())
                    .isEqualTo(LogRead.Status.OUT_OF_RANGE);
            assertThat(isMapped("00000000000000000000.log")).isTrue();
            assertThat(offsets(read)).isNotEmpty();
            assertThat(isMapped("00000000000000000000.log")).isFalse();
        }
    }

    @Test
    void letsGoOfIdleMappingsAndFilesAndComesBack() throws IOException {
        try (var test = TestLog.create(folder, TestLog.settings(64 << 10))) {
            for (int i = 0; i < 200; i++) {
                test.append(TestLog.batch(i, 1000));
            }
            test.onOwner(test.log::releaseIdle);
            assertThat(test.log.active().region()).isNotNull();
            test.onOwner(test.log::releaseIdle);
            assertThat(test.log.segments()).allMatch(segment -> segment.region() == null);
            assertThat(test.append(TestLog.batch(200, 1000))).isEqualTo(200);
            assertThat(readAll(test, new Random(3))).hasSize(201);
        }
        assertThat(kafkaOffsets(folder)).hasSize(201);
    }

    @Test
    void rollsByRecordTime() throws IOException {
        try (var test = TestLog.create(folder, TestLog.settings(MIB))) {
            long weekMs = test.log.settings().segmentMs();
            test.append(TestLog.batch(1000, 10));
            test.append(TestLog.batch(1000 + weekMs, 10));
            assertThat(test.log.segments()).hasSize(1);
            test.append(TestLog.batch(1001 + weekMs, 10));
            assertThat(test.log.segments()).extracting(Segment::baseOffset).containsExactly(0L, 2L);
            test.append(TestLog.batch(900 + weekMs, 10));
            test.roll();
            test.roll();
            assertThat(test.log.segments()).extracting(Segment::baseOffset).containsExactly(0L, 2L, 4L);
        }
    }

    private static List<Long> readAll(TestLog test, Random random) {
        var all = new ArrayList<Long>();
        for (long offset = 0; offset < test.log.logEndOffset();) {
            var offsets = offsetsAndNext(
                    test.read(offset, Long.MAX_VALUE, 1 + random.nextInt(200_000), true));
            offset = offsets.remove(offsets.size() - 1);
            all.addAll(offsets);
        }
        return all;
    }

    private static List<Long> offsets(LogRead read) {
        var offsets = offsetsAndNext(read);
        offsets.remove(offsets.size() - 1);
        return offsets;
    }

    /** Base offsets of the batches, each checked, and the offset after them; releases the records. */
    private static List<Long> offsetsAndNext(LogRead read) {
        assertThat(read.status()).isEqualTo(LogRead.Status.DATA);
        var offsets = new ArrayList<Long>();
        var batch = new RecordBatch();
        long next = -1;
        ByteBuf records = read.records();
        while (records.isReadable()) {
            batch.wrap(records, records.readerIndex());
            assertThat(batch.isWhole(records.writerIndex())).isTrue();
            assertThat(batch.isCrcValid()).isTrue();
            assertThat(batch.partitionLeaderEpoch()).isEqualTo(3);
            offsets.add(batch.baseOffset());
            next = batch.nextOffset();
            records.skipBytes(batch.sizeInBytes());
        }
        offsets.add(next);
        records.release();
        return offsets;
    }

    private static List<Long> kafkaOffsets(Path folder) throws IOException {
        var offsets = new ArrayList<Long>();
        try (var files = Files.list(folder)) {
            for (var file : files.filter(f -> f.toString().endsWith(".log")).sorted().toList()) {
                try (var records = FileRecords.open(file.toFile())) {
                    for (var batch : records.batches()) {
                        batch.ensureValid();
                        offsets.add(batch.baseOffset());
                    }
                    assertThat(records.sizeInBytes()).isEqualTo((int) Files.size(file));
                }
            }
        }
        return offsets;
    }

    private boolean isMapped(String name) throws IOException {
        var file = folder.toRealPath().resolve(name).toString();
        return Files.readAllLines(Path.of("/proc/self/maps")).stream().anyMatch(line -> line.contains(file));
    }
}
