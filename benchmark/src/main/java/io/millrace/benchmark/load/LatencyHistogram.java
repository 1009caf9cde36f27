package io.millrace.benchmark.load;

/**
 * Counts of latencies, in buckets that are at most one part in 32 wide. One thread records, then reads.
 * <pre>
 *   0 .. 63 ns one by one, then each power of two in 32 equal buckets
 * </pre>
 */
public final class LatencyHistogram {
    private static final int SUB_BUCKET_BITS = 5;
    private static final int SUB_BUCKETS = 1 << SUB_BUCKET_BITS;

    private final long[] counts = new long[SUB_BUCKETS * (Long.SIZE - SUB_BUCKET_BITS + 1)];
    private long total;
    private long maxNs;

    public void record(long latencyNs) {
        long ns = Math.max(0, latencyNs);
        counts[bucketOf(ns)]++;
        total++;
        maxNs = Math.max(maxNs, ns);
    }

    private static int bucketOf(long ns) {
        int shift = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(ns) - SUB_BUCKET_BITS - 1);
        return shift * SUB_BUCKETS + (int) (ns >>> shift);
    }

    private static long upperEndOf(int bucket) {
        int shift = Math.max(0, bucket / SUB_BUCKETS - 1);
        return (bucket - (long) shift * SUB_BUCKETS + 1 << shift) - 1;
    }

    public long total() {
        return total;
    }

    public long maxNs() {
        return maxNs;
    }

    /** The latency that this part of all, 0 to 1, did not exceed. */
    public long quantileNs(double part) {
        long wanted = (long) Math.ceil(part * total);
        long seen = 0;
        for (int bucket = 0; bucket < counts.length; bucket++) {
            seen += counts[bucket];
            if (seen >= wanted && seen > 0) {
                return Math.min(maxNs, upperEndOf(bucket));
            }
        }
        return maxNs;
    }
}
