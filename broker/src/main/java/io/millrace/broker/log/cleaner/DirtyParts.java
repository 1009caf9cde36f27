package io.millrace.broker.log.cleaner;

import io.millrace.broker.log.segment.Segment;
import io.millrace.broker.log.setting.LogSettings;
import java.io.IOException;
import java.util.ArrayList;

/** Looks at a log's segments for what {@link Dirtiness} wants to know. Stateless; blocks. */
final class DirtyParts {
    private static final long NOT_NEEDED = -1;

    private DirtyParts() {}

    static Dirtiness of(CleanableLog log, long nowMs) throws IOException {
        var settings = log.settings();
        var limits = new Dirtiness.Limits(log.logStartOffset(), log.cleanedTo(), log.lastStableOffset(),
                nowMs);
        var segments = log.segments();
        var parts = new ArrayList<Dirtiness.Part>(segments.size());
        for (int i = 0; i < segments.size(); i++) {
            var segment = segments.get(i);
            boolean isSealed = i < segments.size() - 1 && segment.isOnDisk();
            boolean isDirty = isSealed && segment.endOffset() > limits.cleanedTo();
            parts.add(new Dirtiness.Part(segment.baseOffset(), segment.endOffset(), segment.sizeInBytes(),
                    isDirty ? firstTimestampMs(segment, settings) : NOT_NEEDED,
                    isDirty ? maxTimestampMs(segment, settings) : NOT_NEEDED, isSealed));
        }
        return Dirtiness.of(parts, limits, settings);
    }

    private static long firstTimestampMs(Segment segment, LogSettings settings) throws IOException {
        return settings.maxCompactionLagMs() == Long.MAX_VALUE ? NOT_NEEDED : segment.firstTimestampMs();
    }

    private static long maxTimestampMs(Segment segment, LogSettings settings) throws IOException {
        return settings.minCompactionLagMs() == 0 ? NOT_NEEDED : segment.maxTimestampMs(settings);
    }
}
