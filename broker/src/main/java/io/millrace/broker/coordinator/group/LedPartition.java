package io.millrace.broker.coordinator.group;

import io.millrace.broker.coordinator.group.journal.LogRecord;
import io.millrace.broker.coordinator.group.journal.Timers;
import io.millrace.broker.log.segment.LogRead;
import io.millrace.broker.partition.Append;
import io.millrace.broker.partition.Partition;
import io.millrace.broker.partition.watch.DataWatch;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.record.RecordCursor;
import io.millrace.protocol.record.RecordLimits;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A partition of {@code __consumer_offsets} while this broker leads it. Used on its owner. */
public final class LedPartition implements OffsetsPartition, Timers {
    private static final int REPLAY_BYTES = 1 << 20;

    private final Partition partition;
    private final InstantSource clock;
    private final BatchBuilder builder = new BatchBuilder(PooledByteBufAllocator.DEFAULT);

    public LedPartition(Partition partition, InstantSource clock) {
        this.partition = partition;
        this.clock = clock;
    }

    @Override
    public void append(List<LogRecord> records, Outcome outcome) {
        long timestampMs = clock.millis();
        builder.begin();
        for (var entry : records) {
            builder.append(timestampMs, entry.key().asByteBuf(),
                    entry.value() == null ? null : entry.value().asByteBuf());
        }
        int limitBytes = partition.settings().log().maxMessageBytes();
        if (builder.sizeInBytes() > limitBytes) {
            throw new ApiException(ErrorCode.MESSAGE_TOO_LARGE,
                    "The group's state takes " + builder.sizeInBytes()
                            + " bytes, max.message.bytes of the offsets topic allows " + limitBytes);
        }
        var batch = builder.finish();
        partition.append(new Append(batch, true, done -> {
            batch.release();
            outcome.settled(done.error());
        }));
    }

    @Override
    public void onOwner(Runnable task) {
        if (partition.owner().inEventLoop()) {
            task.run();
        } else {
            partition.owner().execute(task);
        }
    }

    @Override
    public Timers timers() {
        return this;
    }

    @Override
    public long nowMs() {
        return TimeUnit.NANOSECONDS.toMillis(partition.owner().ticker().nanoTime());
    }

    @Override
    public Alarm schedule(long delayMs, Runnable task) {
        var scheduled = partition.owner().schedule(task, delayMs, TimeUnit.MILLISECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public void replay(RecordSink sink, Outcome outcome) {
        var log = partition.log();
        new Replay(sink, outcome, log.logEndOffset()).from(log.logStartOffset());
    }

    /**
     * Reads the log a piece at a time, as far as it is committed, and waits for the rest to be: the storage pool makes
     * it resident, the owner decodes it. It goes on through a
     * new epoch of the same leader, who is not told of it; whoever lost the lead ignores what still arrives.
     */
    private final class Replay {
        private final RecordSink sink;
        private final Outcome outcome;
        private final long endOffset;
        private final RecordBatch batch = new RecordBatch();

        Replay(RecordSink sink, Outcome outcome, long endOffset) {
            this.sink = sink;
            this.outcome = outcome;
            this.endOffset = endOffset;
        }

        void from(long offset) {
            if (!partition.isLeader()) {
                return;
            }
            if (offset >= endOffset) {
                outcome.settled(ErrorCode.NONE);
                return;
            }
            long committed = Math.min(endOffset, partition.highWatermark());
            if (offset >= committed) {
                awaitCommitted(offset);
                return;
            }
            var read = partition.log().read(offset, committed, REPLAY_BYTES, true);
            if (read.status() == LogRead.Status.COLD) {
                partition.log().coldReads().warm(offset, REPLAY_BYTES,
                        () -> partition.owner().execute(() -> from(offset)));
            } else if (read.status() == LogRead.Status.DATA && read.records().isReadable()) {
                long next = decode(read.records());
                partition.owner().execute(() -> from(next));
            } else {
                outcome.settled(ErrorCode.KAFKA_STORAGE_ERROR);
            }
        }

        /** Until then another leader may cut what lies behind. */
        private void awaitCommitted(long offset) {
            partition.watch(new DataWatch(1, () -> partition.owner().execute(() -> from(offset))),
                    partition.highWatermark());
        }

        private long decode(ByteBuf records) {
            long next = -1;
            try (var cursor = new RecordCursor(PooledByteBufAllocator.DEFAULT)) {
                for (int at = records.readerIndex(); at < records.writerIndex(); at += batch.sizeInBytes()) {
                    batch.wrap(records, at);
                    next = batch.nextOffset();
                    if (!batch.isControl()) {
                        feed(cursor.open(batch, RecordLimits.NONE));
                    }
                }
            } finally {
                records.release();
            }
            return next;
        }

        private void feed(RecordCursor cursor) {
            while (cursor.next()) {
                if (cursor.hasKey()) {
                    sink.accept(cursor.buffer().slice(cursor.keyIndex(), cursor.keyLength()),
                            cursor.hasValue()
                                    ? cursor.buffer().slice(cursor.valueIndex(), cursor.valueLength())
                                    : null);
                }
            }
        }
    }
}
