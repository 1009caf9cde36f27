package io.millrace.broker.log.producer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.broker.log.file.DamagedFileException;
import io.millrace.broker.log.segment.TestBatch;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProducerStateTest {
    private static final long PRODUCER = 7;

    private final ProducerState state = new ProducerState();
    private long nextOffset = 100;

    private static RecordBatch batch(int epoch, int sequence, int records) {
        return TestBatch.of(records).from(PRODUCER, epoch, sequence).timestampMs(5_000L + sequence).view();
    }

    private ErrorCode offer(RecordBatch batch) {
        var result = state.check(batch);
        if (result == ErrorCode.NONE) {
            state.update(batch, nextOffset);
            nextOffset += batch.lastOffsetDelta() + 1;
        }
        return result;
    }

    @Test
    void acceptsBatchesThatFollowOneAnother() {
        assertThat(offer(batch(0, 0, 3))).isEqualTo(ErrorCode.NONE);
        assertThat(offer(batch(0, 3, 1))).isEqualTo(ErrorCode.NONE);
        assertThat(offer(batch(0, 4, 5))).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void ignoresBatchesWithoutProducer() {
        var anonymous = TestBatch.of(2).view();
        assertThat(offer(anonymous)).isEqualTo(ErrorCode.NONE);
        assertThat(offer(anonymous)).isEqualTo(ErrorCode.NONE);
        assertThat(state.size()).isZero();
    }

    @Test
    void answersARepeatOfTheLastFiveWithTheFirstAppendAndRefusesTheSixth() {
        for (int i = 0; i < 6; i++) {
            assertThat(offer(batch(0, 2 * i, 2))).isEqualTo(ErrorCode.NONE);
        }
        for (int i = 1; i < 6; i++) {
            assertThat(offer(batch(0, 2 * i, 2))).isEqualTo(ErrorCode.DUPLICATE_SEQUENCE_NUMBER);
            assertThat(state.duplicateBaseOffset()).isEqualTo(100 + 2 * i);
            assertThat(state.duplicateTimestampMs()).isEqualTo(5_000 + 2 * i);
        }
        assertThat(offer(batch(0, 0, 2))).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    }

    @Test
    void refusesGapsAndOverlaps() {
        offer(batch(0, 0, 4));
        assertThat(offer(batch(0, 5, 1))).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(offer(batch(0, 3, 2))).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(offer(batch(0, 0, 3))).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(offer(batch(0, 4, 1))).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void letsAnUnknownProducerStartAnywhere() {
        assertThat(offer(batch(3, 1_234, 1))).isEqualTo(ErrorCode.NONE);
        assertThat(offer(batch(3, 1_236, 1))).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    }

    @Test
    void letsAHigherEpochStartAtZeroOnlyAndALowerOneNever() {
        offer(batch(1, 10, 1));
        assertThat(offer(batch(2, 11, 1))).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(offer(batch(0, 11, 1))).isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
        assertThat(offer(batch(2, 0, 1))).isEqualTo(ErrorCode.NONE);
        assertThat(offer(batch(1, 11, 1))).isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
        assertThat(offer(batch(2, 1, 1))).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void sequencesWrapToZero() {
        int max = Integer.MAX_VALUE;
        assertThat(offer(batch(0, max - 1, 1))).isEqualTo(ErrorCode.NONE);
        assertThat(offer(batch(0, max, 3))).isEqualTo(ErrorCode.NONE);
        assertThat(offer(batch(0, max, 3))).isEqualTo(ErrorCode.DUPLICATE_SEQUENCE_NUMBER);
        assertThat(offer(batch(0, 2, 1))).isEqualTo(ErrorCode.NONE);
    }

    @Test
    void refusesAProducerWithoutEpochOrSequence() {
        var batch = batch(0, 0, 1);
        batch.buffer().setInt(RecordBatch.BASE_SEQUENCE_AT, -1);
        assertThat(state.check(batch)).isEqualTo(ErrorCode.INVALID_RECORD);
        batch = batch(0, 0, 1);
        batch.buffer().setShort(RecordBatch.PRODUCER_EPOCH_AT, -1);
        assertThat(state.check(batch)).isEqualTo(ErrorCode.INVALID_RECORD);
    }

    @Test
    void forgetsProducersThatStayIdle() {
        offer(batch(0, 0, 1));
        state.expire(1_000, 500);
        state.expire(1_499, 500);
        assertThat(state.size()).isOne();
        offer(batch(0, 1, 1));
        state.expire(1_500, 500);
        state.expire(1_999, 500);
        assertThat(state.size()).isOne();
        state.expire(2_000, 500);
        assertThat(state.size()).isZero();
    }

    @Test
    void aSnapshotRestoresTheWholeWindowOfEveryProducer(@TempDir Path folder) throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var sent = new ArrayList<RecordBatch>();
        int[] sequences = new int[20];
        for (int i = 0; i < 300; i++) {
            int producer = random.nextInt(sequences.length);
            var batch = TestBatch.of(1 + random.nextInt(4)).from(producer, 2, sequences[producer]).view();
            sequences[producer] = batch.lastSequence() + 1;
            state.update(batch, nextOffset);
            nextOffset = nextOffset + batch.lastOffsetDelta() + 1;
            sent.add(batch);
        }
        state.capture(nextOffset).write(folder);
        var file = folder.resolve(ProducerSnapshot.fileName(nextOffset));
        var restored = new ProducerState();
        restored.restore(ProducerSnapshot.read(file));
        for (var batch : sent) {
            assertThat(restored.check(batch)).as("seed %d", seed).isEqualTo(state.check(batch));
            assertThat(restored.duplicateBaseOffset()).isEqualTo(state.duplicateBaseOffset());
        }
        assertThat(restored.size()).isEqualTo(state.size());
        assertThat(ProducerSnapshot.read(file).offset()).isEqualTo(nextOffset);
    }

    @Test
    void aDamagedSnapshotIsToldByName(@TempDir Path folder) throws IOException {
        offer(batch(0, 0, 1));
        offer(batch(0, 1, 1));
        state.capture(5).write(folder);
        var file = folder.resolve("00000000000000000005.snapshot");
        byte[] whole = Files.readAllBytes(file);
        assertThat(whole).hasSize(10 + 2 * 46);
        for (int i = 0; i < whole.length; i++) {
            var damaged = whole.clone();
            damaged[i] ^= 0x10;
            Files.write(file, damaged);
            assertThatThrownBy(() -> ProducerSnapshot.read(file)).isInstanceOf(DamagedFileException.class)
                    .hasMessageContaining(file.toString());
            Files.write(file, Arrays.copyOf(whole, i));
            assertThatThrownBy(() -> ProducerSnapshot.read(file)).isInstanceOf(DamagedFileException.class);
        }
    }

    @Test
    void anEpochWithoutBatchesSurvivesASnapshot() {
        state.restore(new ProducerSnapshot(9,
                List.of(new ProducerSnapshot.Batch(PRODUCER, (short) 4, -1, -1, 0, -1, -1, -1))));
        assertThat(state.capture(9).batches()).hasSize(1);
        assertThat(state.check(batch(3, 0, 1))).isEqualTo(ErrorCode.INVALID_PRODUCER_EPOCH);
        assertThat(state.check(batch(4, 1, 1))).isEqualTo(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
        assertThat(state.check(batch(4, 0, 1))).isEqualTo(ErrorCode.NONE);
    }
}
