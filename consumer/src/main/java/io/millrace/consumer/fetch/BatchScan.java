package io.millrace.consumer.fetch;

import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;

/** Finds the whole and sound batches at the start of what a broker sent. Reused; owned by the client's loop. */
final class BatchScan {
    private final boolean checksCrc;
    private final RecordBatch batch = new RecordBatch();
    private int wholeBytes;
    private long nextOffset;
    private int leaderEpoch;
    private ApiException failure;

    BatchScan(boolean checksCrc) {
        this.checksCrc = checksCrc;
    }

    /** Looks at the records of a partition that was asked for from this offset on. */
    void scan(TopicPartition partition, ByteBuf records, long fetchOffset) {
        int at = records.readerIndex();
        int end = records.writerIndex();
        wholeBytes = 0;
        nextOffset = fetchOffset;
        leaderEpoch = RecordBatch.NO_LEADER_EPOCH;
        failure = null;
        while (failure == null && batch.wrap(records, at).isWhole(end)) {
            failure = flaw(partition);
            if (failure == null) {
                at += batch.sizeInBytes();
                wholeBytes = at - records.readerIndex();
                nextOffset = Math.max(nextOffset, batch.nextOffset());
                leaderEpoch = batch.partitionLeaderEpoch();
            }
        }
        if (failure == null && records.isReadable() && nextOffset == fetchOffset) {
            failure = new ApiException(ErrorCode.RECORD_LIST_TOO_LARGE, "the batch at offset " + fetchOffset
                    + " of " + partition + " does not fit into what the broker sends: raise"
                    + " max.partition.fetch.bytes");
        }
    }

    private ApiException flaw(TopicPartition partition) {
        if (batch.magic() != RecordBatch.MAGIC) {
            return new ApiException(ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT, "the batch at offset "
                    + batch.baseOffset() + " of " + partition + " has format " + batch.magic()
                    + ", only 2 can be read");
        }
        return !checksCrc || batch.isCrcValid() ? null
                : new ApiException(ErrorCode.CORRUPT_MESSAGE, "the batch at offset " + batch.baseOffset()
                        + " of " + partition + " is damaged: its checksum does not match; seek past offset "
                        + batch.lastOffset() + " to go on without it");
    }

    int wholeBytes() {
        return wholeBytes;
    }

    long nextOffset() {
        return nextOffset;
    }

    int leaderEpoch() {
        return leaderEpoch;
    }

    /** Why nothing can be read behind the whole bytes; null if nothing is wrong. */
    ApiException failure() {
        return failure;
    }
}
