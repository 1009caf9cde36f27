package io.millrace.broker.coordinator.group.journal;

import io.millrace.protocol.codec.Default;
import io.millrace.protocol.codec.Ignorable;
import io.millrace.protocol.codec.Schema;
import io.millrace.protocol.codec.Since;
import io.millrace.protocol.codec.Tagged;
import io.millrace.protocol.codec.Until;
import io.millrace.protocol.wire.Uuid;

/**
 * A committed offset. Version 4 is written, or 1 when the client itself chose how long to keep the offset
 * (OffsetCommit up to version 4), which no later version can say.
 */
@Schema(versions = "0-4", flexibleSince = 4)
public record OffsetCommitValue(
        long offset,
        @Since(3) @Ignorable @Default("-1") int leaderEpoch,
        String metadata,
        long commitTimestamp,
        @Since(1) @Until(1) @Ignorable @Default("-1") long expireTimestamp,
        @Since(4) @Tagged(0) @Ignorable Uuid topicId) {

    public static final long NO_EXPIRY = -1;
}
