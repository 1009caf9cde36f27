package io.millrace.admin.command.record;

import java.util.Arrays;

/** Latencies in milliseconds: count, mean, largest, and percentiles of a sample that is spread evenly. Thread-safe. */
public final class Latencies {
    private static final int MOST_SAMPLES = 500_000;

    private final int[] samplesMs;
    private final int every;
    private int samples;
    private long count;
    private long totalMs;
    private long maxMs;

    /** For about so many latencies. */
    public Latencies(long expected) {
        every = (int) Math.max(1, expected / MOST_SAMPLES);
        samplesMs = new int[(int) Math.min(MOST_SAMPLES * 2L, expected / every + 1)];
    }

    public synchronized void add(long latencyMs) {
        if (count % every == 0 && samples < samplesMs.length) {
            samplesMs[samples++] = (int) latencyMs;
        }
        count++;
        totalMs += latencyMs;
        maxMs = Math.max(maxMs, latencyMs);
    }

    public synchronized long count() {
        return count;
    }

    public synchronized double averageMs() {
        return count == 0 ? 0 : totalMs / (double) count;
    }

    public synchronized long maxMs() {
        return maxMs;
    }

    /** The latency that this share of them, from 0 to 1, does not exceed. */
    public synchronized int percentileMs(double share) {
        var sorted = Arrays.copyOf(samplesMs, samples);
        Arrays.sort(sorted);
        return samples == 0 ? 0 : sorted[(int) Math.min(samples - 1, (long) (share * samples))];
    }
}
