package io.millrace.producer.batch;

import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.record.RecordBatch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The batches of one partition that were not taken yet, a chain in the order in which they were opened. Any thread
 * appends to the last one, or opens another; the producer's thread alone takes them from the front.
 */
public final class PartitionQueue {
    private static final VarHandle LAST;

    static {
        try {
            LAST = MethodHandles.lookup().findVarHandle(PartitionQueue.class, "last", Batch.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Destination destination;
    private final BatchPool pool;
    private final Consumer<PartitionQueue> onNews;
    private final LongSupplier clockNs;
    private volatile Batch last = Batch.closed();
    private volatile boolean hasLeader = true;
    private volatile int backlog;
    private Batch taken = last;
    private Batch announced = last;

    /** {@code onNews} is told, by the appending thread, when the producer's thread should look again. */
    public PartitionQueue(TopicPartition partition, BatchPool pool, LongSupplier clockNs,
            Consumer<PartitionQueue> onNews) {
        this.clockNs = clockNs;
        this.destination = new Destination(partition);
        this.pool = pool;
        this.onNews = onNews;
    }

    public TopicPartition partition() {
        return destination.partition();
    }

    public Destination destination() {
        return destination;
    }

    /** Appends to the batch that is open, if there is one with room; answers the size of the last one if not. */
    boolean appendToOpen(long timestampMs, RecordParts record, Delivery delivery) {
        var open = last;
        if (!open.append(timestampMs, record, delivery)) {
            return false;
        }
        if (open.isSealed()) {
            onNews.accept(this); // sealed while this record was written: it may be the last that was waited for
        }
        return true;
    }

    /** What the last batch took in all. */
    int lastBatchBytes() {
        return last.sizeBytes();
    }

    /** Appends, in a new batch if need be, for whose memory it waits so long at most. */
    public void append(long timestampMs, RecordParts record, Delivery delivery, long maxWaitNs) {
        while (!appendToOpen(timestampMs, record, delivery)) {
            var before = last;
            int mostBytes = Math.toIntExact(
                    record.mostBytes() + RecordBatch.HEADER_BYTES);
            var memory = pool.take(mostBytes, maxWaitNs);
            var fresh = new Batch(memory, timestampMs, clockNs.getAsLong());
            if (last == before && before.isSealed()) {
                fresh.append(timestampMs, record, delivery);
                if (LAST.compareAndSet(this, before, fresh)) {
                    before.next(fresh);
                    onNews.accept(this);
                    return;
                }
                memory.deliveries().take(0);
                memory.deliveries().clear();
            }
            pool.give(memory);
        }
    }

    /** The first batch that was not taken, or null. On the producer's thread. */
    public Batch peek() {
        return taken.next();
    }

    /** Takes the first batch. On the producer's thread. */
    public void take() {
        taken = taken.next();
    }

    /** The next batch that this method has not told of yet, or null. On the producer's thread. */
    public Batch announce() {
        var following = announced.next();
        announced = following == null ? announced : following;
        return following;
    }

    /** Whether the partition has a leader, as far as is known. */
    boolean hasLeader() {
        return hasLeader;
    }

    /** Batches that wait or are on their way: the longer, the fewer records without a key go here. */
    int backlog() {
        return backlog;
    }

    /** Says whether the partition has a leader. On the producer's thread. */
    public void setLed(boolean isLed) {
        hasLeader = isLed;
    }

    /** Says how many batches wait or are on their way. On the producer's thread. */
    public void setBacklog(int batches) {
        backlog = batches;
    }
}
