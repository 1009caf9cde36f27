package io.millrace.broker.partition.move;

import io.millrace.broker.log.EpochHistory;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.log.ReplicaAppends;
import io.millrace.broker.log.RoomListener;
import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.ByteBuf;
import java.io.IOException;

/**
 * Makes one log like another one that others go on to change: takes batches, moves of the start, and cuts, a step at a
 * time. Used by the owner of the copy; reads of the original what it publishes.
 */
final class LogCopy {
    /** The original was checked when it was written: any epoch that it has is right. */
    private static final int ANY_EPOCH = Integer.MAX_VALUE;

    /** Told once for each step, on the copy's owner. */
    interface Listener {
        /** There is more to do; so many bytes were copied. */
        void copied(long bytes);

        /** Nothing was left to copy a moment ago. */
        void caughtUp();

        void failed(String reason);
    }

    private final PartitionLog original;
    private final PartitionLog copy;

    LogCopy(PartitionLog original, PartitionLog copy) {
        this.original = original;
        this.copy = copy;
    }

    PartitionLog log() {
        return copy;
    }

    /** Does the next thing that the copy needs; at most so many bytes, but one batch in any case. */
    void step(int maxBytes, Listener told) {
        long endOffset = copy.logEndOffset();
        long parting = partingOffset();
        if (parting < endOffset) {
            copy.cut().truncateTo(parting, new AfterCut(told, () -> told.copied(0)));
        } else if (endOffset < original.logStartOffset()) {
            restartAt(original.logStartOffset(), told, () -> told.copied(0));
        } else {
            read(endOffset, maxBytes, told);
        }
    }

    /** Up to where both logs are the same, as far as their epochs tell. */
    private long partingOffset() {
        long endOffset = copy.logEndOffset();
        long originalEnd = original.logEndOffset();
        int epoch = copy.epochs().latestEpoch();
        int originalEpoch = original.epochs().latestEpoch();
        if (epoch == EpochHistory.NO_EPOCH || originalEpoch == EpochHistory.NO_EPOCH) {
            return Math.min(endOffset, originalEnd);
        }
        var shared = original.epochs().endOf(Math.min(epoch, originalEpoch), originalEnd);
        var own = copy.epochs().endOf(shared.epoch(), endOffset);
        return own.epoch() == EpochHistory.NO_EPOCH ? Math.min(endOffset, shared.offset())
                : Math.min(own.offset(), shared.offset());
    }

    private void restartAt(long offset, Listener told, Runnable then) {
        copy.cut().restartAt(offset, new AfterCut(told, then));
    }

    private void read(long offset, int maxBytes, Listener told) {
        var read = original.read(offset, original.logEndOffset(), maxBytes, true);
        switch (read.status()) {
            case COLD -> original.coldReads().warm(offset, maxBytes, () -> told.copied(0));
            case OUT_OF_RANGE -> told.copied(0);
            case STORAGE_ERROR -> told.failed("it cannot be read at offset " + offset);
            case DATA -> {
                if (read.records().isReadable()) {
                    take(read.records(), told);
                } else {
                    settle();
                    told.caughtUp();
                }
            }
        }
    }

    /** The log may start inside its first batch. */
    private void take(ByteBuf records, Listener told) {
        long baseOffset = new RecordBatch().wrap(records, records.readerIndex()).baseOffset();
        if (baseOffset < copy.logEndOffset()) {
            copy.cut().restartAt(baseOffset, new AfterCut(told, () -> append(records, told)) {
                @Override
                public void onStorageError(IOException error) {
                    records.release();
                    super.onStorageError(error);
                }
            });
        } else {
            append(records, told);
        }
    }

    private void append(ByteBuf records, Listener told) {
        long bytes = records.readableBytes();
        copy.replicaAppends().append(records, ANY_EPOCH, new ReplicaAppends.Listener() {
            @Override
            public void appended() {
                records.release();
                settle();
                told.copied(bytes);
            }

            @Override
            public void refused(String reason) {
                records.release();
                told.failed("it holds " + reason);
            }

            @Override
            public void failed(IOException error) {
                records.release();
                told.failed(error.getMessage());
            }
        });
    }

    private void settle() {
        copy.advanceHighWatermark(Math.min(original.highWatermark(), copy.logEndOffset()));
        copy.advanceLogStart(original.logStartOffset());
    }

    private static class AfterCut implements RoomListener {
        private final Listener told;
        private final Runnable then;

        AfterCut(Listener told, Runnable then) {
            this.told = told;
            this.then = then;
        }

        @Override
        public void onRoom() {
            then.run();
        }

        @Override
        public void onStorageError(IOException error) {
            told.failed(error.getMessage());
        }
    }
}
