package io.millrace.broker.request.data;

import io.millrace.broker.log.segment.TimestampedOffset;
import io.millrace.broker.partition.Partition;
import io.millrace.protocol.message.data.ListOffsets;
import io.millrace.protocol.wire.ErrorCode;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks up offsets for one request of ListOffsets. Consumers see up to the high watermark, or to the last
 * stable offset; replicas and the debugging client see all. May be called from any thread.
 */
final class OffsetReader {
    private static final Logger LOG = LoggerFactory.getLogger(OffsetReader.class);

    private static final long LATEST = -1;
    private static final long EARLIEST = -2;
    private static final long LARGEST_TIMESTAMP = -3;
    private static final long EARLIEST_LOCAL = -4;
    private static final long LATEST_TIERED = -5;
    private static final long EARLIEST_PENDING_UPLOAD = -6;

    private static final int CONSUMER = -1;
    private static final int DEBUGGING_CONSUMER = -2;
    private static final byte READ_COMMITTED = 1;
    private static final int FIRST_VERSION_WITH_LEADER_EPOCH = 4;
    private static final int FIRST_VERSION_WITH_OFFSET_NOT_AVAILABLE = 5;
    private static final long NONE = -1;

    private final int version;
    private final int replicaId;
    private final boolean readsCommittedOnly;

    OffsetReader(int version, int replicaId, byte isolationLevel) {
        this.version = version;
        this.replicaId = replicaId;
        this.readsCommittedOnly = isolationLevel == READ_COMMITTED;
    }

    static CompletableFuture<ListOffsets.Response.Partition> failed(
            ListOffsets.Request.Partition asked, ErrorCode error) {
        return CompletableFuture.completedFuture(failure(asked, error));
    }

    private static ListOffsets.Response.Partition failure(
            ListOffsets.Request.Partition asked, ErrorCode error) {
        return new ListOffsets.Response.Partition(asked.partitionIndex(), error, NONE, NONE, -1);
    }

    CompletableFuture<ListOffsets.Response.Partition> read(
            Partition partition, ListOffsets.Request.Partition asked) {
        long timestamp = asked.timestamp();
        if (timestamp < 0 && version < firstVersionOf(timestamp)) {
            return failed(asked, ErrorCode.UNSUPPORTED_VERSION);
        }
        var error = check(partition, asked);
        if (error != ErrorCode.NONE) {
            return failed(asked, error);
        }
        if (timestamp == LATEST) {
            return found(asked, limit(partition), partition.role().epoch());
        }
        if (timestamp == EARLIEST || timestamp == EARLIEST_LOCAL) {
            long start = partition.log().logStartOffset();
            return found(asked, start, partition.log().epochs().epochAt(start));
        }
        if (timestamp == LATEST_TIERED || timestamp == EARLIEST_PENDING_UPLOAD) {
            return found(asked, NONE, -1); // nothing is tiered
        }
        var search = timestamp == LARGEST_TIMESTAMP
                ? partition.log().coldReads().firstWithLargestTimestamp()
                : partition.log().coldReads().firstAt(timestamp);
        return search.handle((record, failure) -> searched(partition, asked, record, failure));
    }

    /** Which version brought a position that stands in for a timestamp. */
    private static int firstVersionOf(long timestamp) {
        if (timestamp == LATEST || timestamp == EARLIEST) {
            return 1;
        } else if (timestamp == LARGEST_TIMESTAMP) {
            return 7;
        } else if (timestamp == EARLIEST_LOCAL) {
            return 8;
        } else if (timestamp == LATEST_TIERED) {
            return 9;
        }
        return timestamp == EARLIEST_PENDING_UPLOAD ? 11 : Integer.MAX_VALUE;
    }

    private ErrorCode check(Partition partition, ListOffsets.Request.Partition asked) {
        var error = replicaId == CONSUMER ? partition.checkClient(asked.currentLeaderEpoch())
                : partition.checkLeader(asked.currentLeaderEpoch());
        boolean mayAskFollower = replicaId == DEBUGGING_CONSUMER && partition.log() != null;
        if (error == ErrorCode.NOT_LEADER_OR_FOLLOWER && mayAskFollower) {
            return ErrorCode.NONE;
        }
        if (error == ErrorCode.NONE && replicaId == CONSUMER && isUnsettled(partition, asked.timestamp())) {
            return version < FIRST_VERSION_WITH_OFFSET_NOT_AVAILABLE
                    ? ErrorCode.LEADER_NOT_AVAILABLE
                    : ErrorCode.OFFSET_NOT_AVAILABLE;
        }
        return error;
    }

    /** Just after an election offsets could go back, until the high watermark is in the new epoch (KIP-207). */
    private static boolean isUnsettled(Partition partition, long timestamp) {
        if (timestamp == EARLIEST || timestamp == EARLIEST_LOCAL) {
            return false;
        }
        var epochs = partition.log().epochs().starts();
        return !epochs.isEmpty() && partition.highWatermark() < epochs.get(epochs.size() - 1).offset();
    }

    /** The first offset that the reader may not see. */
    private long limit(Partition partition) {
        if (replicaId != CONSUMER) {
            return partition.log().logEndOffset();
        }
        return readsCommittedOnly ? partition.lastStableOffset() : partition.highWatermark();
    }

    private CompletableFuture<ListOffsets.Response.Partition> found(
            ListOffsets.Request.Partition asked, long offset, int leaderEpoch) {
        return CompletableFuture.completedFuture(answer(asked, NONE, offset, leaderEpoch));
    }

    private ListOffsets.Response.Partition searched(Partition partition,
            ListOffsets.Request.Partition asked, TimestampedOffset record, Throwable failure) {
        if (failure != null) {
            LOG.error("Cannot look up timestamp {} in {}", asked.timestamp(), partition, failure);
            return failure(asked, ErrorCode.KAFKA_STORAGE_ERROR);
        }
        return record == null || record.offset() >= limit(partition)
                ? answer(asked, NONE, NONE, -1)
                : answer(asked, record.timestampMs(), record.offset(), record.leaderEpoch());
    }

    private ListOffsets.Response.Partition answer(
            ListOffsets.Request.Partition asked, long timestampMs, long offset, int leaderEpoch) {
        int epoch = version < FIRST_VERSION_WITH_LEADER_EPOCH ? -1 : leaderEpoch;
        return new ListOffsets.Response.Partition(
                asked.partitionIndex(), ErrorCode.NONE, timestampMs, offset, epoch);
    }
}
