package io.millrace.benchmark.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class LatencyHistogramTest {

    @Test
    void quantilesAreWithinABucketOfTheTruth() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var histogram = new LatencyHistogram();
        var values = new long[100_000];
        for (int i = 0; i < values.length; i++) {
            values[i] = (long) Math.exp(random.nextDouble() * 25);
            histogram.record(values[i]);
        }
        Arrays.sort(values);
        for (double part : new double[] {0.01, 0.5, 0.9, 0.99, 0.999}) {
            long truth = values[(int) Math.ceil(part * values.length) - 1];
            assertThat(histogram.quantileNs(part)).as("quantile %s, seed %d", part, seed)
                    .isCloseTo(truth, Percentage.withPercentage(3.2)).isGreaterThanOrEqualTo(truth);
        }
        assertThat(histogram.quantileNs(1)).isEqualTo(values[values.length - 1]).isEqualTo(histogram.maxNs());
        assertThat(histogram.total()).isEqualTo(values.length);
    }

    @Test
    void theLargestLatencyHasABucket() {
        var histogram = new LatencyHistogram();
        histogram.record(Long.MAX_VALUE);
        histogram.record(-1);
        assertThat(histogram.quantileNs(0.5)).isZero();
        assertThat(histogram.quantileNs(1)).isEqualTo(Long.MAX_VALUE);
    }
}
