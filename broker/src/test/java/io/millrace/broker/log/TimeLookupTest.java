package io.millrace.broker.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TimeLookupTest {
    @TempDir Path folder;

    @Test
    void findsTheFirstRecordAtOrAfterATimeLikeAFullSearch() throws IOException {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var timestamps = new ArrayList<Long>();
        try (var test = TestLog.create(folder, TestLog.settings(16 << 10))) {
            for (int i = 0; i < 300; i++) {
                long timestampMs = 10_000 + 10L * i + random.nextInt(200);
                test.append(TestLog.batch(timestampMs, 10, 200));
                timestamps.add(timestampMs);
                timestamps.add(timestampMs + 1);
            }
            for (int i = 0; i < 200; i++) {
                long wantedMs = 9_900L + random.nextInt(3_400);
                long startOffset = i < 100 ? 0 : random.nextInt(2 * i);
                test.onOwner(() -> test.log.advanceLogStart(startOffset));
                var found = TestLog.await(test.log.coldReads().firstAt(wantedMs));
                int expected = firstAt(timestamps, (int) test.log.logStartOffset(), wantedMs);
                assertThat(found == null ? -1 : found.offset()).as("seed %d", seed).isEqualTo(expected);
                if (found != null) {
                    assertThat(found.timestampMs()).isEqualTo(timestamps.get(expected));
                    assertThat(found.leaderEpoch()).isEqualTo(3);
                }
            }
            long largestMs = timestamps.stream().mapToLong(Long::longValue).max().orElseThrow();
            var largest = TestLog.await(test.log.coldReads().firstWithLargestTimestamp());
            assertThat(largest.offset()).as("seed %d", seed).isEqualTo(timestamps.indexOf(largestMs));
        }
    }

    @Test
    void findsNothingInAnEmptyLog() throws IOException {
        try (var test = TestLog.create(folder, TestLog.settings(16 << 10))) {
            assertThat(TestLog.await(test.log.coldReads().firstAt(0))).isNull();
            assertThat(TestLog.await(test.log.coldReads().firstWithLargestTimestamp())).isNull();
        }
    }

    private static int firstAt(List<Long> timestamps, int from, long wantedMs) {
        for (int offset = from; offset < timestamps.size(); offset++) {
            if (timestamps.get(offset) >= wantedMs) {
                return offset;
            }
        }
        return -1;
    }
}
