package io.millrace.consumer.position;

import java.util.Optional;

/**
 * A committed position: the offset of the next record to read, the leader epoch of the last one read, if known, and a
 * note of the application's own.
 */
public record OffsetAndMetadata(long offset, Optional<Integer> leaderEpoch, String metadata) {

    /** Throws {@link IllegalArgumentException} if the offset is negative; a note that is null is empty. */
    public OffsetAndMetadata {
        if (offset < 0) {
            throw new IllegalArgumentException("an offset is 0 or more, not " + offset);
        }
        metadata = metadata == null ? "" : metadata;
    }

    /** A position with a note. */
    public OffsetAndMetadata(long offset, String metadata) {
        this(offset, Optional.empty(), metadata);
    }

    /** A position. */
    public OffsetAndMetadata(long offset) {
        this(offset, Optional.empty(), "");
    }
}
