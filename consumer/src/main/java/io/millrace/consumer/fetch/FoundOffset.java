package io.millrace.consumer.fetch;

import io.millrace.protocol.wire.ErrorCode;

/** What a leader answers about an offset of one partition: -1 for what there is not. */
public record FoundOffset(ErrorCode error, long offset, long timestamp, int leaderEpoch) {

    /** Whether there is such an offset. */
    public boolean isFound() {
        return offset >= 0;
    }
}
