package io.millrace.producer.batch;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;

/**
 * The queues of all partitions of one topic, and the one that records without a key stick to until they have filled a
 * batch there (KIP-480); then another is drawn, more often one with fewer batches waiting (KIP-794). For any thread;
 * grown by the producer's thread.
 */
public final class TopicQueues {
    private static final VarHandle STICKY;

    static {
        try {
            STICKY = MethodHandles.lookup().findVarHandle(TopicQueues.class, "sticky", Sticky.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final IntFunction<PartitionQueue> newQueue;
    private final int stickyBytes;
    private final boolean isAdaptive;
    private volatile PartitionQueue[] queues;
    private volatile Sticky sticky;

    /** The partition in favour, and what batches that are already closed took there since it is. */
    private record Sticky(int partition, int bytes) {}

    /** The partition in favour changes once so many bytes went there. */
    public TopicQueues(int partitions, IntFunction<PartitionQueue> newQueue, int stickyBytes,
            boolean isAdaptive) {
        this.newQueue = newQueue;
        this.stickyBytes = stickyBytes;
        this.isAdaptive = isAdaptive;
        this.queues = new PartitionQueue[0];
        grow(partitions);
        this.sticky = new Sticky(draw(), 0);
    }

    public int size() {
        return queues.length;
    }

    public PartitionQueue queue(int partition) {
        return queues[partition];
    }

    /** Adds partitions up to so many; a topic never loses any. On the producer's thread. */
    public void grow(int partitions) {
        var now = queues;
        if (partitions > now.length) {
            var more = Arrays.copyOf(now, partitions);
            Arrays.setAll(more, i -> i < now.length ? now[i] : newQueue.apply(i));
            queues = more;
        }
    }

    /** Appends to the partition in favour; answers which one took the record. */
    public int appendAnywhere(long timestampMs, RecordParts record, Delivery delivery, long maxWaitNs) {
        while (true) {
            var favoured = sticky;
            var queue = queues[favoured.partition];
            if (queue.appendToOpen(timestampMs, record, delivery)) {
                return favoured.partition;
            }
            long bytes = (long) favoured.bytes + queue.lastBatchBytes();
            var next = bytes < stickyBytes ? new Sticky(favoured.partition, (int) bytes)
                    : new Sticky(draw(), 0);
            if (STICKY.compareAndSet(this, favoured, next)) {
                queues[next.partition].append(timestampMs, record, delivery, maxWaitNs);
                return next.partition;
            }
        }
    }

    /** Draws among the partitions with a leader: one with a queue shorter by a batch has one more chance. */
    private int draw() {
        var all = queues;
        int longest = 0;
        boolean isAnyLed = false;
        for (var queue : all) {
            longest = Math.max(longest, queue.backlog());
            isAnyLed |= queue.hasLeader();
        }
        long chances = 0;
        for (var queue : all) {
            chances += chancesOf(queue, longest, isAnyLed);
        }
        long drawn = ThreadLocalRandom.current().nextLong(Math.max(1, chances));
        for (int i = 0; i < all.length; i++) {
            drawn -= chancesOf(all[i], longest, isAnyLed);
            if (drawn < 0) {
                return i;
            }
        }
        return 0; // the backlogs have changed meanwhile: any partition will do
    }

    private long chancesOf(PartitionQueue queue, int longest, boolean isAnyLed) {
        if (isAnyLed && !queue.hasLeader()) {
            return 0;
        }
        return isAdaptive ? Math.max(1, longest + 1L - queue.backlog()) : 1;
    }
}
