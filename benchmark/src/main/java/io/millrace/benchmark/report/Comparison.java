package io.millrace.benchmark.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Samples of the same measurements of two systems, as a table of medians, their spread and their ratio. Filled and
 * read by one thread.
 */
public final class Comparison {
    private final String first;
    private final String second;
    private final Map<Measurement, Map<String, List<Double>>> samples = new LinkedHashMap<>();

    /** The second may be the first: then there is nothing to compare. */
    public Comparison(String first, String second) {
        this.first = first;
        this.second = second;
    }

    /** What is measured, in which unit, and the most that the ratio of the two medians may be. */
    public record Measurement(String name, String unit, double mostRatio) {
        private String label() {
            return unit.isEmpty() ? name : name + ", " + unit;
        }
    }

    public void add(Measurement measurement, String system, double sample) {
        samples.computeIfAbsent(measurement, absent -> new LinkedHashMap<>())
                .computeIfAbsent(system, absent -> new ArrayList<>()).add(sample);
    }

    public String table() {
        var columns = second.equals(first) ? first : first + ", then " + second + ", then their ratio";
        var table = new StringBuilder(String.format(Locale.ROOT, "median [min..max]: %s%n", columns));
        samples.forEach((measurement, bySystem) -> table.append(row(measurement, bySystem)));
        return table.toString();
    }

    private String row(Measurement measurement, Map<String, List<Double>> bySystem) {
        var one = sorted(bySystem.get(first));
        if (second.equals(first) || !bySystem.containsKey(second)) {
            return String.format(Locale.ROOT, "%-56s %24s%n", measurement.label(), spread(one));
        }
        var other = sorted(bySystem.get(second));
        double ratio = median(one) / median(other);
        return String.format(Locale.ROOT, "%-56s %24s %24s %6.2f  %s%n", measurement.label(),
                spread(one), spread(other), ratio, verdict(ratio, measurement.mostRatio()));
    }

    private static String spread(List<Double> sorted) {
        return String.format(Locale.ROOT, "%.1f [%.1f..%.1f]", median(sorted), sorted.get(0),
                sorted.get(sorted.size() - 1));
    }

    private static String verdict(double ratio, double mostRatio) {
        return (ratio <= mostRatio ? "within " : "ABOVE ") + mostRatio;
    }

    private static List<Double> sorted(List<Double> samples) {
        return samples.stream().sorted().toList();
    }

    static double median(List<Double> sorted) {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle)
                : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
