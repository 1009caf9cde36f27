package io.millrace.broker.log.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.file.LogFiles;
import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentScanTest {
    private static final long BASE_OFFSET = 50;

    @TempDir Path folder;

    private final SegmentScan scan = new SegmentScan();
    private final List<Integer> positions = new ArrayList<>();
    private Path file;

    @BeforeEach
    void nameFile() {
        file = folder.resolve(LogFiles.name(BASE_OFFSET, LogFiles.LOG));
    }

    private SegmentScan.Result scan() throws IOException {
        positions.clear();
        return scan.scan(file, BASE_OFFSET, 0, (batch, position) -> positions.add(position));
    }

    private byte[] write(TestBatch... batches) throws IOException {
        var bytes = Unpooled.buffer();
        for (var batch : batches) {
            ByteBuf encoded = batch.encode();
            bytes.writeBytes(encoded);
            encoded.release();
        }
        byte[] array = new byte[bytes.readableBytes()];
        bytes.readBytes(array);
        Files.write(file, array);
        return array;
    }

    @Test
    void readsBatchesOfAnySizeAcrossItsWindow() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var batches = new ArrayList<TestBatch>();
        var expected = new ArrayList<Integer>();
        long offset = BASE_OFFSET;
        int position = 0;
        while (position < 12 << 20) {
            int valueBytes = random.nextInt(10) == 0 ? random.nextInt(3 << 20) : random.nextInt(5_000);
            var batch = TestBatch.of(1 + random.nextInt(2)).at(offset).valueBytes(valueBytes);
            batches.add(batch);
            expected.add(position);
            offset += batch.records() + random.nextInt(2);
            position += batch.view().sizeInBytes();
        }
        long end = batches.get(batches.size() - 1).baseOffset() + batches.get(batches.size() - 1).records();
        write(batches.toArray(TestBatch[]::new));
        assertThat(scan()).as("seed %d", seed).isEqualTo(new SegmentScan.Result(position, end, 0, null));
        assertThat(positions).isEqualTo(expected);
        Files.write(file, new byte[3 << 20], StandardOpenOption.APPEND);
        assertThat(scan()).as("blank tail, seed %d", seed)
                .isEqualTo(new SegmentScan.Result(position, end, 0, null));
    }

    @Test
    void findsNoFaultInAnEndTooShortForABatchThatWasNeverWritten() throws IOException {
        int whole = write(TestBatch.of(2).at(50)).length;
        Files.write(file, new byte[RecordBatch.HEADER_BYTES - 1], StandardOpenOption.APPEND);
        assertThat(scan()).isEqualTo(new SegmentScan.Result(whole, 52, 0, null));
    }

    @Test
    void stopsBeforeABatchThatIsCutAtAnyByte() throws IOException {
        byte[] whole = write(TestBatch.of(2).at(50), TestBatch.of(1).at(52));
        int first = TestBatch.of(2).view().sizeInBytes();
        for (int length = first + 1; length < whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            var cut = scan();
            assertThat(cut.goodBytes()).as("cut at %d", length).isEqualTo(first);
            assertThat(cut.nextOffset()).isEqualTo(52);
            boolean looksBlank = length - first < Long.BYTES; // zeroes of a small offset
            assertThat(cut.fault() == null).isEqualTo(looksBlank);
            Files.write(file, Arrays.copyOf(Arrays.copyOf(whole, length), whole.length + 100));
            assertThat(scan().goodBytes()).as("blank from %d", length)
                    .isEqualTo(whole[whole.length - 1] == 0 && length == whole.length - 1 ? whole.length
                            : first);
        }
    }

    @Test
    void stopsBeforeABatchWithAnyBitFlipped() throws IOException {
        byte[] whole = write(TestBatch.of(2).at(50), TestBatch.of(1).at(52));
        int first = TestBatch.of(2).view().sizeInBytes();
        for (int bit = 8 * first; bit < 8 * whole.length; bit++) {
            int place = bit / 8 - first;
            boolean isOutsideCrc = place < RecordBatch.LENGTH_AT
                    || place >= RecordBatch.LEADER_EPOCH_AT && place < RecordBatch.MAGIC_AT;
            if (!isOutsideCrc) {
                var damaged = whole.clone();
                damaged[bit / 8] ^= (byte) (1 << bit % 8);
                Files.write(file, damaged);
                assertThat(scan().goodBytes()).as("bit %d", bit).isEqualTo(first);
            }
        }
    }

    @Test
    void stopsBeforeABatchThatDoesNotFollow() throws IOException {
        int first = TestBatch.of(2).view().sizeInBytes();
        write(TestBatch.of(2).at(50).leaderEpoch(3), TestBatch.of(1).at(51).leaderEpoch(3));
        assertThat(scan().fault()).isEqualTo("the offset is 51, not at least 52");
        write(TestBatch.of(2).at(50).leaderEpoch(3), TestBatch.of(1).at(52).leaderEpoch(2));
        assertThat(scan()).isEqualTo(new SegmentScan.Result(first, 52, 3, "the leader epoch is 2 after 3"));
        write(TestBatch.of(2).at(50), TestBatch.of(1).at(52).leaderEpoch(-1));
        assertThat(scan().goodBytes()).as("never given its epoch").isEqualTo(first);
        write(TestBatch.of(2).at(50), TestBatch.of(1).at(50L + Integer.MAX_VALUE + 1));
        assertThat(scan().goodBytes()).as("an offset beyond the index").isEqualTo(first);
    }

    @Test
    void survivesRandomBytes() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = new byte[random.nextInt(400)];
            random.nextBytes(bytes);
            if (bytes.length > RecordBatch.HEADER_BYTES) {
                bytes[RecordBatch.MAGIC_AT] = RecordBatch.MAGIC;
                Arrays.fill(bytes, RecordBatch.BASE_OFFSET_AT, 7, (byte) 0);
                Arrays.fill(bytes, RecordBatch.LENGTH_AT, 10, (byte) 0);
            }
            Files.write(file, bytes);
            assertThat(scan().goodBytes()).as("seed %d", seed).isZero();
        }
    }
}
