package io.millrace.protocol.data;

import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;

/**
 * The answer to one partition of a Fetch request. Offsets are -1 where unknown; the aborted transactions are null
 * for a reader of uncommitted records; {@code redirect} is null unless the reader should turn elsewhere. The records
 * are never null, and whoever takes this object takes their reference.
 */
public record FetchedPartition(
        int partition,
        ErrorCode errorCode,
        long highWatermark,
        long lastStableOffset,
        long logStartOffset,
        List<AbortedTransaction> abortedTransactions,
        Redirect redirect,
        ByteBuf records) {

    private static final long UNKNOWN = -1;

    public static FetchedPartition failed(int partition, ErrorCode errorCode, Redirect redirect) {
        return new FetchedPartition(
                partition, errorCode, UNKNOWN, UNKNOWN, UNKNOWN, null, redirect, Unpooled.EMPTY_BUFFER);
    }

    /** The same with the transactions that were aborted. */
    public FetchedPartition with(List<AbortedTransaction> aborted) {
        return new FetchedPartition(partition, errorCode, highWatermark, lastStableOffset, logStartOffset,
                aborted, redirect, records);
    }

    /**
     * Where else to read, sent as far as the version carries it: the replica to prefer (KIP-392), -1 for none; the
     * epoch at which the follower's log leaves the leader's (KIP-595), or null; the current leader, or null.
     */
    public record Redirect(int preferredReadReplica, EpochEndOffset divergingEpoch,
            CurrentLeader currentLeader) {
        static final int NO_REPLICA = -1;

        public static Redirect toReplica(int preferredReadReplica) {
            return new Redirect(preferredReadReplica, null, null);
        }

        public static Redirect diverging(EpochEndOffset divergingEpoch) {
            return new Redirect(NO_REPLICA, divergingEpoch, null);
        }

        public static Redirect toLeader(CurrentLeader currentLeader) {
            return new Redirect(NO_REPLICA, null, currentLeader);
        }
    }

    /** A transaction whose records, from this offset to its abort marker, a read-committed consumer drops. */
    public record AbortedTransaction(long producerId, long firstOffset) {}
}
