package io.millrace.benchmark.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.benchmark.report.Comparison.Measurement;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private final Comparison comparison = new Comparison("A", "B");

    @Test
    void rowHoldsMediansSpreadRatioAndVerdict() {
        var start = new Measurement("start", "ms", 0.35);
        for (double sample : new double[] {30, 10, 20}) {
            comparison.add(start, "A", sample);
            comparison.add(start, "B", 5 * sample);
        }
        assertThat(comparison.table()).containsPattern(
                "start, ms +20\\.0 \\[10\\.0\\.\\.30\\.0] +100\\.0 \\[50\\.0\\.\\.150\\.0] +0\\.20 +within 0\\.35");
    }

    @Test
    void ratioAboveTheGoalIsSaidAloud() {
        var memory = new Measurement("memory", "MiB", 0.4);
        comparison.add(memory, "A", 50);
        comparison.add(memory, "B", 100);
        assertThat(comparison.table()).contains("0.50", "ABOVE 0.4");
    }

    @Test
    void medianOfAnEvenNumberIsTheMeanOfTheMiddleTwo() {
        assertThat(Comparison.median(List.of(1.0, 2.0, 4.0, 9.0))).isEqualTo(3.0);
    }

    @Test
    void aSystemThatWasMeasuredAloneHasARowWithoutRatio() {
        comparison.add(new Measurement("mappings", "", 0.5), "A", 70);
        assertThat(comparison.table()).containsPattern("mappings +70\\.0 \\[70\\.0\\.\\.70\\.0]\\R");
    }
}
