package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.log.segment.TestBatch;
import java.io.IOException;
import java.nio.file.Path;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** segment.jitter.ms: logs that began together do not roll together. */
class SegmentJitterTest {
    private static final long SEGMENT_MS = 100_000;
    private static final long JITTER_MS = 60_000;
    private static final long STEP_MS = 5_000;
    private static final int SEGMENTS = 60;

    @TempDir Path path;

    private final TestStorage storage = new TestStorage();

    @AfterEach
    void stop() {
        storage.close();
    }

    @Test
    void segmentsRollAtAnAgeThatDiffersWithinTheJitter() throws IOException {
        var directory = storage.directory(path);
        var log = storage.open(directory, TestStorage.settings("segment.ms", Long.toString(SEGMENT_MS),
                "segment.jitter.ms", Long.toString(JITTER_MS)));
        var agesMs = new TreeSet<Long>();
        long beganMs = 0;
        long baseOffset = 0;
        for (long nowMs = 0; log.segments().size() <= SEGMENTS; nowMs += STEP_MS) {
            storage.append(log, TestBatch.of(1).timestampMs(nowMs));
            if (storage.lastBaseOffset(log) > baseOffset) {
                baseOffset = storage.lastBaseOffset(log);
                agesMs.add(nowMs - beganMs);
                beganMs = nowMs;
            }
        }
        assertThat(agesMs).allSatisfy(
                ageMs -> assertThat(ageMs).isBetween(SEGMENT_MS - JITTER_MS, SEGMENT_MS + STEP_MS));
        assertThat(agesMs).as("different ages").hasSizeGreaterThan(5);
        directory.close();
    }

    @Test
    void withoutJitterAllSegmentsGetEquallyOld() throws IOException {
        var directory = storage.directory(path);
        var log = storage.open(directory,
                TestStorage.settings("segment.ms", Long.toString(SEGMENT_MS)));
        for (long nowMs = 0; nowMs <= 3 * SEGMENT_MS; nowMs += STEP_MS) {
            storage.append(log, TestBatch.of(1).timestampMs(nowMs));
        }
        assertThat(log.segments()).extracting(segment -> segment.baseOffset()).containsExactly(0L,
                SEGMENT_MS / STEP_MS + 1, 2 * (SEGMENT_MS / STEP_MS + 1));
        directory.close();
    }
}
