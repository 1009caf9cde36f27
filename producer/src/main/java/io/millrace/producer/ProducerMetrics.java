package io.millrace.producer;

/**
 * What a producer has done so far: requests and batches sent, the batches' bytes, batches that had to be sent again,
 * records by what became of them, and how much of {@code buffer.memory} is free now.
 */
public record ProducerMetrics(long requests, long batches, long bytes, long retries, long acknowledgedRecords,
        long failedRecords, long bufferAvailableBytes) {}
