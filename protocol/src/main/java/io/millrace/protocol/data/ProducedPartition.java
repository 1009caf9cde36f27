package io.millrace.protocol.data;

import io.millrace.protocol.wire.ErrorCode;
import java.util.List;

/**
 * The answer to one partition of a Produce request. The append time is -1 unless the topic's timestamps are the
 * broker's; {@code failure} is null unless there is more to say than the error code.
 */
public record ProducedPartition(
        int partition,
        ErrorCode errorCode,
        long baseOffset,
        long logAppendTimeMs,
        long logStartOffset,
        Failure failure) {

    private static final long UNKNOWN = -1;

    public static ProducedPartition appended(int partition, long baseOffset, long logAppendTimeMs,
            long logStartOffset) {
        return new ProducedPartition(partition, ErrorCode.NONE, baseOffset, logAppendTimeMs, logStartOffset,
                null);
    }

    public static ProducedPartition failed(int partition, ErrorCode errorCode, Failure failure) {
        return new ProducedPartition(partition, errorCode, UNKNOWN, UNKNOWN, UNKNOWN, failure);
    }

    /** A record that caused its batch to be refused, by its place in the batch (KIP-467); the message may be null. */
    public record RecordError(int batchIndex, String message) {}

    /** Sent as far as the version carries it. The message and the leader may be null. */
    public record Failure(List<RecordError> recordErrors, String message, CurrentLeader currentLeader) {

        public static Failure because(String message) {
            return new Failure(List.of(), message, null);
        }

        public static Failure ledBy(CurrentLeader currentLeader) {
            return new Failure(List.of(), null, currentLeader);
        }
    }
}
