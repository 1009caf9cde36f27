package io.millrace.broker.partition;

import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.log.RoomListener;
import io.millrace.broker.log.producer.ProducerState;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A leader's appends, in order: straight into the log while it has room, else parked until the storage pool
 * has made some. One that is not ready yet parks those behind it too. Owned by the partition's owner.
 */
final class AppendQueue implements RoomListener {
    private static final Logger LOG = LoggerFactory.getLogger(AppendQueue.class);

    private final Partition partition;
    private PartitionLog log;
    private final InstantSource clock;
    private final RecordBatch batch = new RecordBatch();
    private final ArrayDeque<Append> parked = new ArrayDeque<>();
    private boolean isAwaitingRoom;
    private final SettleQueue unsettled;
    private final SettleQueue uncommitted;
    /** When the timer that turns waiting appends away goes off next. */
    private long expiryNs;
    private boolean isExpiryArmed;

    AppendQueue(Partition partition, PartitionLog log, InstantSource clock) {
        this.clock = clock;
        this.partition = partition;
        this.log = log;
        this.unsettled = new SettleQueue(() -> this.log.flush().settledOffset(), () -> ErrorCode.NONE);
        this.uncommitted = new SettleQueue(() -> this.log.highWatermark(), () -> partition.canCommit()
                ? ErrorCode.NONE
                : ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND);
    }

    /** Another log took the place of the old one, which was held. */
    void moveTo(PartitionLog moved) {
        log = moved;
        isAwaitingRoom = false;
        settle();
        drain();
    }

    void add(Append append) {
        if (parked.isEmpty() && append.isReady() && hasRoom(append)) {
            write(append);
        } else {
            parked.add(append);
            drain();
        }
    }

    private boolean hasRoom(Append append) {
        return log.hasRoom(append.sizeInBytes(), timestampOf(append));
    }

    private void awaitRoom(Append append) {
        isAwaitingRoom = true;
        log.whenRoom(append.sizeInBytes(), timestampOf(append), this);
    }

    /** The largest timestamp that the batch will be stored with. */
    private long timestampOf(Append append) {
        return partition.settings().log().isLogAppendTime() ? clock.millis()
                : batch.wrap(append.records(), append.records().readerIndex()).maxTimestamp();
    }

    @Override
    public void onRoom() {
        isAwaitingRoom = false;
        drain();
    }

    /** Writes what is ready, up to the first that is not or finds no room. */
    void drain() {
        while (!isAwaitingRoom && !parked.isEmpty()) {
            var next = parked.peek();
            if (next.isDone()) {
                parked.poll();
            } else if (!next.isReady()) {
                return;
            } else if (hasRoom(next)) {
                write(parked.poll());
            } else {
                awaitRoom(next);
            }
        }
    }

    @Override
    public void onStorageError(IOException cause) {
        isAwaitingRoom = false;
        LOG.debug("{} cannot take appends", partition, cause);
        failParked(ErrorCode.KAFKA_STORAGE_ERROR,
                "the broker cannot write to its log: " + cause.getMessage());
    }

    /** The log was forced, or the high watermark moved. */
    void settle() {
        unsettled.settle();
        uncommitted.settle();
    }

    private void await(Append append) {
        if (!append.needsAllReplicas()) {
            unsettled.add(append);
            return;
        }
        long nowNs = partition.owner().ticker().nanoTime();
        append.park(nowNs);
        uncommitted.add(append);
        boolean isFirst = !isExpiryArmed || append.deadlineNs() - expiryNs < 0;
        if (!append.isDone() && isFirst) {
            armExpiry(nowNs, append.deadlineNs() - nowNs);
        }
    }

    /** One timer for all: appends mostly have the same timeout, so that it is armed once in that time. */
    private void armExpiry(long nowNs, long delayNs) {
        long atNs = nowNs + delayNs;
        expiryNs = atNs;
        isExpiryArmed = true;
        partition.owner().schedule(() -> expire(atNs), delayNs, TimeUnit.NANOSECONDS);
    }

    private void expire(long atNs) {
        if (!isExpiryArmed || expiryNs != atNs) {
            return; // one that goes off earlier took its place
        }
        isExpiryArmed = false;
        long nowNs = partition.owner().ticker().nanoTime();
        long leftNs = uncommitted.expire(nowNs);
        if (leftNs != SettleQueue.NEVER_NS) {
            armExpiry(nowNs, leftNs);
        }
    }

    void failAll(ErrorCode error, String message) {
        unsettled.failAll(error, message);
        uncommitted.failAll(error, message);
        failParked(error, message);
    }

    private void failParked(ErrorCode error, String message) {
        while (!parked.isEmpty()) {
            var append = parked.poll();
            if (!append.isDone()) {
                append.fail(error, message);
            }
        }
    }

    private void write(Append append) {
        var records = append.records();
        batch.wrap(records, records.readerIndex());
        var producers = log.producers();
        if (!partition.mayServe()) {
            append.fail(ErrorCode.NOT_LEADER_OR_FOLLOWER, null);
            return;
        }
        if (append.needsAllReplicas() && !partition.canCommit()) {
            append.fail(ErrorCode.NOT_ENOUGH_REPLICAS, "the ISR has fewer members than min.insync.replicas");
            return;
        }
        var verdict = producers.check(batch);
        if (verdict == ErrorCode.DUPLICATE_SEQUENCE_NUMBER) {
            answerDuplicate(append, producers);
            return;
        }
        if (verdict != ErrorCode.NONE) {
            append.fail(verdict, "producer " + batch.producerId() + " at epoch " + batch.producerEpoch()
                    + " sent sequence " + batch.baseSequence() + " out of turn");
            return;
        }
        long appendTimeMs = stampAppendTime();
        partition.appending();
        long baseOffset;
        try {
            baseOffset = log.append(records, records.readerIndex(), append.sizeInBytes(),
                    partition.role().epoch());
        } catch (UncheckedIOException e) {
            append.fail(ErrorCode.KAFKA_STORAGE_ERROR, e.getMessage());
            return;
        }
        if (batch.hasProducerId()) {
            log.remember(batch, baseOffset);
        }
        append.placeAt(baseOffset, baseOffset + batch.lastOffsetDelta(), appendTimeMs, log.logStartOffset());
        partition.grown(append.sizeInBytes());
        await(append);
    }

    /** On a LogAppendTime topic the broker's clock replaces the producer's. */
    private long stampAppendTime() {
        if (!partition.settings().log().isLogAppendTime()) {
            return Append.NONE;
        }
        long nowMs = clock.millis();
        batch.setLogAppendTime(nowMs);
        return nowMs;
    }

    private void answerDuplicate(Append append, ProducerState producers) {
        long base = producers.duplicateBaseOffset();
        append.placeAt(base, base + batch.lastOffsetDelta(), producers.duplicateTimestampMs(),
                log.logStartOffset());
        await(append);
    }
}
