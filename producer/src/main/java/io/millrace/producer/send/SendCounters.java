package io.millrace.producer.send;

/** What a producer has done so far. Counted by the producer's thread alone, read by any. */
public final class SendCounters {
    private volatile long requests;
    private volatile long batches;
    private volatile long bytes;
    private volatile long retries;
    private volatile long acknowledgedRecords;
    private volatile long failedRecords;

    void request(int batchCount, int contentBytes) {
        requests++;
        batches += batchCount;
        bytes += contentBytes;
    }

    void retry() {
        retries++;
    }

    void acknowledged(int records) {
        acknowledgedRecords += records;
    }

    void failed(int records) {
        failedRecords += records;
    }

    /** Produce requests sent. */
    public long requests() {
        return requests;
    }

    /** Batches sent, again ones included. */
    public long batches() {
        return batches;
    }

    /** Bytes of these batches. */
    public long bytes() {
        return bytes;
    }

    /** Batches that have to be sent again. */
    public long retries() {
        return retries;
    }

    public long acknowledgedRecords() {
        return acknowledgedRecords;
    }

    public long failedRecords() {
        return failedRecords;
    }
}
