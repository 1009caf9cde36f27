package io.millrace.broker.partition;

import io.millrace.broker.log.setting.LogSettings;
import io.millrace.protocol.record.BatchRules;
import io.millrace.protocol.record.RecordLimits;
import io.millrace.protocol.record.TimestampType;

/** What a topic's settings mean for its partitions here: for the log, and for batches that producers send. */
public record PartitionSettings(LogSettings log, BatchRules rules) {
    /** A compressed batch may expand to this many times the largest batch that is accepted. */
    private static final long MAX_EXPANSION = 256;

    public static PartitionSettings of(LogSettings log) {
        var timestamps = log.isLogAppendTime() ? TimestampType.LOG_APPEND_TIME : TimestampType.CREATE_TIME;
        var limits = new RecordLimits(
                log.maxDecompressedMessageBytes(), MAX_EXPANSION * Math.max(1 << 20, log.maxMessageBytes()));
        return new PartitionSettings(log, new BatchRules(log.compacts(), timestamps,
                log.timestampBeforeMaxMs(), log.timestampAfterMaxMs(), limits));
    }
}
