package io.millrace.broker.log;

import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.ByteBuf;
import java.io.IOException;

/**
 * Appends of batches that came from the leader: checked once more, copied once, with the offsets and epochs that they
 * have there. Used by the log's owner; goes on by itself when there is room again.
 */
public final class ReplicaAppends implements RoomListener {

    /** Told once how an append ended, on the owner. */
    public interface Listener {
        /** All of it is in the log. */
        void appended();

        /** A batch is not what a leader would send; what came before it is in the log. */
        void refused(String reason);

        /** The disk does not take it; what came before is in the log. */
        void failed(IOException error);
    }

    private final PartitionLog log;
    private final AppendRoom room;
    private final RecordBatch batch = new RecordBatch();
    private ByteBuf records;
    private int leaderEpoch;
    private Listener listener;

    ReplicaAppends(PartitionLog log, AppendRoom room) {
        this.log = log;
        this.room = room;
    }

    /**
     * Takes batches that were fetched at a leader epoch; a last one that is cut off is left out. The buffer's reader
     * index moves, and its bytes must stay until the listener is told. One at a time.
     */
    public void append(ByteBuf fetched, int fetchedEpoch, Listener told) {
        records = fetched;
        leaderEpoch = fetchedEpoch;
        listener = told;
        write();
    }

    /** Gives up what waits for room. */
    public void abandon() {
        if (listener != null) {
            finish("what is not wanted any more");
        }
    }

    /** What waits for room goes on in another log, which has the same records so far. */
    public void moveTo(ReplicaAppends other) {
        if (listener != null) {
            var waiting = records;
            other.append(waiting, leaderEpoch, leave());
        }
    }

    private Listener leave() {
        var told = listener;
        listener = null;
        records = null;
        return told;
    }

    private void write() {
        while (true) {
            batch.wrap(records, records.readerIndex());
            if (!batch.isWhole(records.writerIndex())) {
                finish(wrongLength());
                return;
            }
            var fault = fault();
            if (fault != null) {
                finish(fault);
                return;
            }
            if (!isRoom()) {
                return;
            }
            log.append(batch);
            records.skipBytes(batch.sizeInBytes());
        }
    }

    private String wrongLength() {
        boolean isNonsense = records.readableBytes() >= RecordBatch.HEADER_BYTES
                && batch.batchLength() < RecordBatch.HEADER_BYTES - RecordBatch.PREFIX_BYTES;
        return isNonsense ? "a batch of " + batch.batchLength() + " bytes" : null;
    }

    private void finish(String fault) {
        var told = leave();
        if (fault == null) {
            told.appended();
        } else {
            told.refused(fault);
        }
    }

    /** Why a leader would not have sent the batch; null if it may have. */
    private String fault() {
        if (batch.magic() != RecordBatch.MAGIC) {
            return "a batch of format " + batch.magic();
        }
        if (batch.baseOffset() < log.logEndOffset() || batch.lastOffsetDelta() < 0
                || batch.lastOffset() < 0) {
            return "offsets from " + batch.baseOffset() + " by " + batch.lastOffsetDelta() + " where "
                    + log.logEndOffset() + " is next";
        }
        int epoch = batch.partitionLeaderEpoch();
        if (epoch < log.epochs().latestEpoch() || epoch < 0 || epoch > leaderEpoch) {
            return "leader epoch " + epoch + " between " + log.epochs().latestEpoch() + " and " + leaderEpoch;
        }
        return batch.isCrcValid() ? null : "a wrong checksum at offset " + batch.baseOffset();
    }

    /** Whether the batch can be written now; if not, the log calls back. */
    private boolean isRoom() {
        int sizeInBytes = batch.sizeInBytes();
        if (batch.lastOffset() - log.active().baseOffset() > Integer.MAX_VALUE) {
            long baseOffset = batch.baseOffset();
            room.whenUnchanged(() -> room.roll(baseOffset, this)); // behind a gap that compaction left
            return false;
        }
        if (!log.hasRoom(sizeInBytes, batch.maxTimestamp())) {
            log.whenRoom(sizeInBytes, batch.maxTimestamp(), this);
            return false;
        }
        return true;
    }

    @Override
    public void onRoom() {
        if (listener != null) {
            write();
        }
    }

    @Override
    public void onStorageError(IOException error) {
        var told = leave();
        if (told != null) {
            told.failed(error);
        }
    }
}
