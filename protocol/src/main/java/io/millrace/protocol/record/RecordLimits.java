package io.millrace.protocol.record;

/**
 * How much the records of a compressed batch may take once expanded: one of them, and all together. Memory is bounded by
 * the first, time by the second. Uncompressed records are as large as the batch that brought them.
 */
public record RecordLimits(int maxRecordBytes, long maxExpandedBytes) {
    /** For batches that this cluster has checked before. */
    public static final RecordLimits NONE = new RecordLimits(Integer.MAX_VALUE, Long.MAX_VALUE);
}
