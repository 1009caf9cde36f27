package io.millrace.broker.partition;

import io.millrace.broker.log.EpochHistory;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.log.ReplicaAppends;
import io.millrace.broker.log.RoomListener;
import io.millrace.protocol.data.EpochEndOffset;
import io.millrace.protocol.data.FetchedPartition;
import io.millrace.protocol.record.RecordBatch;
import io.netty.buffer.ByteBuf;
import java.io.IOException;

/**
 * This broker's copy of a partition that another one leads, at one leader epoch: takes what was fetched, and cuts its
 * log where the leader's history parts from it. Owned by the partition's owner.
 */
public final class Following {

    /** Told on the partition's owner, once, when the next fetch may begin; a reason if something went wrong. */
    @FunctionalInterface
    public interface Taken {
        void taken(String failure);
    }

    private final Partition partition;
    private PartitionLog log;
    private final int leaderId;
    private final int leaderEpoch;
    private Runnable afterCut;
    /** The cut that is under way. */
    private Runnable cut;
    private boolean isOver;

    Following(Partition partition, int leaderId, int leaderEpoch) {
        this.partition = partition;
        this.log = partition.log();
        this.leaderId = leaderId;
        this.leaderEpoch = leaderEpoch;
    }

    public int leaderId() {
        return leaderId;
    }

    public int leaderEpoch() {
        return leaderEpoch;
    }

    /** Takes no more; what waits for room is forgotten. Runs the task now, or once a cut under way is done. */
    void end(Runnable next) {
        isOver = true;
        log.replicaAppends().abandon();
        if (cut != null) {
            afterCut = next;
        } else {
            next.run();
        }
    }

    /** Takes the leader's answer, whose records stay until the other is told. On the owner. */
    public void take(FetchedPartition answer, Taken told) {
        if (isOver) {
            told.taken("it is not followed any more");
            return;
        }
        if (answer.redirect() != null && answer.redirect().divergingEpoch() != null) {
            cutTo(partingOffset(answer.redirect().divergingEpoch()), told);
        } else if (!answer.records().isReadable()) {
            settle(answer);
            told.taken(null);
        } else {
            append(answer, told);
        }
    }

    /** The leader's log may start inside a batch, with which an empty copy begins then. */
    private void append(FetchedPartition answer, Taken told) {
        long first = firstOffset(answer.records());
        boolean isEmpty = log.logStartOffset() == log.logEndOffset();
        if (isEmpty && first >= 0 && first < log.logEndOffset()) {
            var listener = new CutListener(failure -> {
                if (failure != null || isOver) {
                    told.taken(failure == null ? "it is not followed any more" : failure);
                } else {
                    appendNow(answer, told);
                }
            });
            cut(() -> log.cut().restartAt(first, listener));
        } else {
            appendNow(answer, told);
        }
    }

    private static long firstOffset(ByteBuf records) {
        return records.readableBytes() < Long.BYTES ? -1
                : records.getLong(records.readerIndex() + RecordBatch.BASE_OFFSET_AT);
    }

    private void appendNow(FetchedPartition answer, Taken told) {
        long before = answer.records().readableBytes();
        log.replicaAppends().append(answer.records(), leaderEpoch, new ReplicaAppends.Listener() {
            @Override
            public void appended() {
                partition.grown(before);
                settle(answer);
                told.taken(null);
            }

            @Override
            public void refused(String reason) {
                told.taken("the leader sent " + reason);
            }

            @Override
            public void failed(IOException error) {
                told.taken("the log cannot be written: " + error.getMessage());
            }
        });
    }

    /** The leader's word on what is committed, and on where the log starts. */
    private void settle(FetchedPartition answer) {
        if (answer.highWatermark() > log.highWatermark()) {
            partition.commit(Math.min(answer.highWatermark(), log.logEndOffset()));
        }
        if (answer.logStartOffset() > log.logStartOffset()) {
            log.advanceLogStart(Math.min(answer.logStartOffset(), log.highWatermark()));
        }
    }

    /** The last offset that both logs may share, seen from the largest epoch that the leader shares with us. */
    private long partingOffset(EpochEndOffset leaders) {
        var own = log.epochs().endOf(leaders.epoch(), log.logEndOffset());
        if (own.epoch() == EpochHistory.NO_EPOCH) {
            return leaders.epoch() < 0 ? log.logStartOffset()
                    : Math.min(leaders.endOffset(), log.logEndOffset());
        }
        return Math.min(leaders.endOffset(), own.offset());
    }

    /** The leader has nothing at the offset that was asked for: the copy begins anew where its log starts. */
    public void restartAt(long leaderStart, Taken told) {
        if (isOver) {
            told.taken("it is not followed any more");
            return;
        }
        var listener = new CutListener(told);
        cut(() -> log.cut().restartAt(leaderStart, listener));
    }

    private void cutTo(long offset, Taken told) {
        var listener = new CutListener(told);
        cut(() -> log.cut().truncateTo(Math.max(offset, log.logStartOffset()), listener));
    }

    private void cut(Runnable task) {
        cut = task;
        task.run();
    }

    /** Goes on in the log that took the place of another one, which was held before it could be cut. */
    void moveTo(PartitionLog moved) {
        log.replicaAppends().moveTo(moved.replicaAppends());
        log = moved;
        if (cut != null) {
            cut.run();
        }
    }

    private final class CutListener implements RoomListener {
        private final Taken told;

        CutListener(Taken told) {
            this.told = told;
        }

        @Override
        public void onRoom() {
            done(null);
        }

        @Override
        public void onStorageError(IOException error) {
            done("the log cannot be cut: " + error.getMessage());
        }

        private void done(String failure) {
            cut = null;
            told.taken(failure);
            if (afterCut != null) {
                afterCut.run();
            }
        }
    }
}
