package io.millrace.broker.log.setting;

import io.millrace.protocol.setting.Settings;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The effective settings of one partition's log. Immutable: a changed topic gets a new one.
 * A retention of -1 sets no bound.
 */
public record LogSettings(
        int segmentBytes,
        long segmentMs,
        long segmentJitterMs,
        int indexBytes,
        int indexIntervalBytes,
        long retentionBytes,
        long retentionMs,
        long fileDeleteDelayMs,
        long flushMessages,
        long flushMs,
        boolean deletes,
        boolean compacts,
        double minCleanableDirtyRatio,
        long minCompactionLagMs,
        long maxCompactionLagMs,
        long deleteRetentionMs,
        boolean preallocates,
        int maxMessageBytes,
        int maxDecompressedMessageBytes,
        boolean isLogAppendTime,
        long timestampBeforeMaxMs,
        long timestampAfterMaxMs,
        int minInsyncReplicas,
        StoredCompression compression) {

    public static final LogSettings DEFAULTS = of(Settings.parse(TopicSettings.CATALOG, Map.of()));

    /** From the effective values of a topic, see {@link TopicSettings#effective}. */
    public static LogSettings of(Settings topic) {
        var cleanup = topic.get(TopicSettings.CLEANUP_POLICY);
        return new LogSettings(
                topic.get(TopicSettings.SEGMENT_BYTES),
                topic.get(TopicSettings.SEGMENT_MS),
                topic.get(TopicSettings.SEGMENT_JITTER_MS),
                topic.get(TopicSettings.SEGMENT_INDEX_BYTES),
                topic.get(TopicSettings.INDEX_INTERVAL_BYTES),
                topic.get(TopicSettings.RETENTION_BYTES),
                topic.get(TopicSettings.RETENTION_MS),
                topic.get(TopicSettings.FILE_DELETE_DELAY_MS),
                topic.get(TopicSettings.FLUSH_MESSAGES),
                topic.get(TopicSettings.FLUSH_MS),
                cleanup.contains("delete"),
                cleanup.contains("compact"),
                topic.get(TopicSettings.MIN_CLEANABLE_DIRTY_RATIO),
                topic.get(TopicSettings.MIN_COMPACTION_LAG_MS),
                topic.get(TopicSettings.MAX_COMPACTION_LAG_MS),
                topic.get(TopicSettings.DELETE_RETENTION_MS),
                topic.get(TopicSettings.PREALLOCATE),
                topic.get(TopicSettings.MAX_MESSAGE_BYTES),
                topic.get(TopicSettings.MAX_DECOMPRESSED_MESSAGE_BYTES),
                topic.get(TopicSettings.TIMESTAMP_TYPE).equals("LogAppendTime"),
                topic.get(TopicSettings.TIMESTAMP_BEFORE_MAX_MS),
                topic.get(TopicSettings.TIMESTAMP_AFTER_MAX_MS),
                topic.get(TopicSettings.MIN_INSYNC_REPLICAS),
                StoredCompression.of(topic));
    }

    /** Those of a copy that is being made of the log: nothing goes that does not go there, and it is forced at the end. */
    public LogSettings whileCopied() {
        return new LogSettings(segmentBytes, segmentMs, segmentJitterMs, indexBytes, indexIntervalBytes,
                retentionBytes, retentionMs, fileDeleteDelayMs, Long.MAX_VALUE, Long.MAX_VALUE, false, false,
                minCleanableDirtyRatio, minCompactionLagMs, maxCompactionLagMs, deleteRetentionMs,
                preallocates, maxMessageBytes, maxDecompressedMessageBytes, isLogAppendTime,
                timestampBeforeMaxMs, timestampAfterMaxMs, minInsyncReplicas, compression);
    }

    /** The age at which a segment is rolled; less the jitter, so that not all logs roll at once. */
    public long randomSegmentAgeMs() {
        long ageMs = compacts ? Math.min(segmentMs, maxCompactionLagMs) : segmentMs;
        long jitterMs = Math.min(segmentJitterMs, ageMs);
        return ageMs - (jitterMs > 0 ? ThreadLocalRandom.current().nextLong(jitterMs) : 0);
    }
}
