package io.millrace.benchmark.append;

import io.millrace.benchmark.load.CpuWait;
import io.millrace.benchmark.load.LatencyHistogram;
import io.millrace.benchmark.load.OpenLoop;
import java.nio.file.Path;
import java.util.Locale;

/**
 * One run of one log under one load, in a process of its own, and the line that it prints about it. Immutable.
 * <pre>
 *   RESULT p50 p99 p99.9 max (microseconds), part of the records that were complete in time, part of the time that
 *          the writer could run but had no CPU
 * </pre>
 */
public record AppendRun(Path folder, Policy policy, int recordsPerSecond, int recordBytes, int seconds,
        int warmUpSeconds) {
    static final String RESULT = "RESULT ";

    /** When a log is forced to its disk. */
    public enum Policy {
        /** Never. */
        NONE,
        /** Every five milliseconds. */
        INTERVAL,
        /** Before an append is complete. */
        SYNC
    }

    public static AppendRun parse(String[] arguments) {
        return new AppendRun(Path.of(arguments[0]), Policy.valueOf(arguments[1]),
                Integer.parseInt(arguments[2]),
                Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]),
                Integer.parseInt(arguments[5]));
    }

    String[] arguments() {
        return new String[] {folder.toString(), policy.name(), Integer.toString(recordsPerSecond),
            Integer.toString(recordBytes), Integer.toString(seconds), Integer.toString(warmUpSeconds)};
    }

    /** Puts a log under load, and answers the line to print. */
    public String measure(OpenLoop.Log log) {
        var loop = new OpenLoop(log, recordsPerSecond);
        loop.run(warmUpSeconds);
        loop.drain(seconds);
        long before = loop.completed();
        long waitedNs = CpuWait.ofThisThreadNs();
        var latencies = loop.run(seconds);
        double withoutCpu = (CpuWait.ofThisThreadNs() - waitedNs) / (seconds * 1e9);
        return line(latencies, loop.completed() - before, withoutCpu);
    }

    private static String line(LatencyHistogram latencies, long completed, double withoutCpu) {
        return RESULT + String.format(Locale.ROOT, "%.1f %.1f %.1f %.1f %.4f %.4f",
                latencies.quantileNs(0.5) / 1e3,
                latencies.quantileNs(0.99) / 1e3, latencies.quantileNs(0.999) / 1e3, latencies.maxNs() / 1e3,
                (double) completed / Math.max(1, latencies.total()), withoutCpu);
    }
}
