package io.millrace.benchmark.load;

import java.util.ArrayDeque;

/**
 * Appends at a fixed rate, whatever the log does: each record is due at its time, and its latency counts from then
 * (so nothing is left out while the log keeps its writer waiting). One thread runs all of it.
 */
public final class OpenLoop {

    /** A log under load. */
    public interface Log {
        /** Starts an append of one record, and does it if it can. */
        void append();

        /** Does what is left to do, called between appends; answers how many records are complete so far. */
        long complete();
    }

    private final Log log;
    private final long intervalNs;
    private final ArrayDeque<Long> due = new ArrayDeque<>();
    private long completed;

    public OpenLoop(Log log, long recordsPerSecond) {
        this.log = log;
        this.intervalNs = 1_000_000_000 / recordsPerSecond;
    }

    /** Records that are incomplete, or not even begun, when the time is over count as if they ended then. */
    public LatencyHistogram run(int seconds) {
        var latencies = new LatencyHistogram();
        long startNs = System.nanoTime();
        long endNs = startNs + seconds * 1_000_000_000L;
        long nextNs = startNs;
        for (long nowNs = startNs; nowNs < endNs; nowNs = System.nanoTime()) {
            if (nowNs >= nextNs) {
                due.add(nextNs);
                nextNs += intervalNs;
                log.append();
            }
            take(latencies);
        }
        due.forEach(dueNs -> latencies.record(endNs - dueNs));
        for (; nextNs < endNs; nextNs += intervalNs) {
            latencies.record(endNs - nextNs);
        }
        return latencies;
    }

    private void take(LatencyHistogram latencies) {
        long done = log.complete();
        if (done > completed) {
            long nowNs = System.nanoTime();
            for (; completed < done && !due.isEmpty(); completed++) {
                latencies.record(nowNs - due.poll());
            }
        }
    }

    /** How many records are complete. */
    public long completed() {
        return completed;
    }

    /** Waits, for so many seconds at most, until everything that was begun is complete; the rest is forgotten. */
    public void drain(int seconds) {
        long endNs = System.nanoTime() + seconds * 1_000_000_000L;
        while (!due.isEmpty() && System.nanoTime() < endNs) {
            take(new LatencyHistogram());
        }
        completed += due.size();
        due.clear();
    }
}
