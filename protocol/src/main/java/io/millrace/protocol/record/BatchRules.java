package io.millrace.protocol.record;

/** What a topic asks of the records that producers send. */
public record BatchRules(boolean isKeyRequired, TimestampType timestampType, long timestampBeforeMaxMs,
        long timestampAfterMaxMs, RecordLimits limits) {}
