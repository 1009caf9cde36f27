package io.millrace.consumer;

import io.millrace.consumer.handling.CompletedOffsets;
import io.millrace.consumer.handling.KeyLanes;
import io.millrace.consumer.poll.Assignment;
import io.millrace.consumer.poll.WakeupException;
import io.millrace.consumer.position.OffsetAndMetadata;
import io.millrace.consumer.position.Position;
import io.millrace.consumer.position.StartPoint;
import io.millrace.protocol.client.setting.Backoff;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.record.RecordBatch;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;

/**
 * One run of a handler: hands records to threads, in order for each key, and keeps what may be committed. All of its state
 * belongs to the thread that polls; handlers' threads tell it through the mailbox what became of a record.
 */
final class HandlerRun<K, V> {
    private static final long CHECK_NS = TimeUnit.MILLISECONDS.toNanos(200);

    private final ConsumerClient client;
    private final Assignment assignment;
    private final RecordHandler<K, V> handler;
    private final RunOptions<K, V> options;
    private final Backoff backoff;
    private final ExecutorService threads;
    private final KeyLanes<Work> lanes = new KeyLanes<>(this::start);
    private final Map<TopicPartition, CompletedOffsets> partitions = new HashMap<>();
    private int running;
    private Throwable failure;
    private CompletableFuture<Void> idle;

    /** One record and how often it was tried. */
    private final class Work {
        final ConsumerRecord<K, V> record;
        final CompletedOffsets offsets;
        final CompletedOffsets.Handled handled;
        int attempts;

        Work(ConsumerRecord<K, V> record, CompletedOffsets offsets) {
            this.record = record;
            this.offsets = offsets;
            handled = offsets.begin(record.offset(),
                    record.leaderEpoch().orElse(RecordBatch.NO_LEADER_EPOCH));
        }

        Object lane() {
            return KeyLanes.laneOf(record.topicPartition(), record.key(), this);
        }
    }

    HandlerRun(ConsumerClient client, RecordHandler<K, V> handler, RunOptions<K, V> options) {
        this.client = client;
        this.assignment = client.assignment();
        this.handler = handler;
        this.options = options;
        backoff = new Backoff(options.firstPause().toMillis(), options.longestPause().toMillis());
        var count = new AtomicInteger();
        threads = Executors.newFixedThreadPool(options.threads(),
                task -> new Thread(task, "millrace-handler-" + count.incrementAndGet()));
    }

    /** Handles what the poll brings, which is told how much is wanted, until it is woken up, or a record fails for good. */
    void run(IntFunction<ConsumerRecords<K, V>> poll) {
        try {
            while (failure == null) {
                poll.apply(options.mostRecords() - lanes.size()).forEach(this::begin);
            }
            throw failure instanceof RuntimeException known ? known
                    : new IllegalStateException("a record cannot be handled", failure);
        } catch (WakeupException e) {
            // That is how a run is ended.
            failure = null;
        }
    }

    private void begin(ConsumerRecord<K, V> record) {
        var offsets = partitions.computeIfAbsent(record.topicPartition(),
                absent -> new CompletedOffsets(Position.at(record.offset())));
        var work = new Work(record, offsets);
        lanes.add(work.lane(), work);
    }

    private void start(Work work) {
        running++;
        work.attempts++;
        threads.execute(() -> {
            Throwable thrown = null;
            try {
                handler.handle(work.record);
            } catch (Throwable e) {
                thrown = e;
            }
            var outcome = thrown;
            client.mailbox().execute(() -> handled(work, outcome));
        });
    }

    private void handled(Work work, Throwable thrown) {
        running--;
        if (thrown == null) {
            finish(work);
        } else if (!(thrown instanceof Exception exception)) {
            failure = thrown;
        } else if (idle == null && work.attempts < options.attempts()) {
            retryLater(work);
        } else if (work.attempts >= options.attempts()) {
            giveUp(work, exception);
        }
        checkIdle();
    }

    private void retryLater(Work work) {
        client.client().loop().schedule(() -> client.mailbox().execute(() -> {
            if (lanes.isFirst(work.lane(), work)) {
                start(work);
            }
        }), backoff.delayMs(work.attempts), TimeUnit.MILLISECONDS);
    }

    private void giveUp(Work work, Exception thrown) {
        if (options.deadLetters() == null) {
            failure = thrown;
            return;
        }
        running++;
        try {
            options.deadLetters().send(work.record, thrown)
                    .whenComplete((nothing, unsent) -> client.mailbox().execute(() -> buried(work, unsent)));
        } catch (RuntimeException e) {
            buried(work, e);
        }
    }

    private void buried(Work work, Throwable unsent) {
        running--;
        if (unsent == null) {
            finish(work);
        } else {
            failure = ConsumerClient.unwrapped(unsent);
        }
        checkIdle();
    }

    private void finish(Work work) {
        work.offsets.finish(work.handled);
        lanes.finish(work.lane(), work);
    }

    private void checkIdle() {
        if (idle != null && running == 0) {
            idle.complete(null);
        }
    }

    /** What may be committed: the positions behind what is done without a gap. */
    Map<TopicPartition, OffsetAndMetadata> done() {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        partitions.forEach((partition, completed) -> {
            if (assignment.contains(partition)) {
                offsets.put(partition, completed.position().toCommit());
            }
        });
        return offsets;
    }

    /** Starts nothing more, and completes, on the polling thread, once nothing is under way. */
    CompletableFuture<Void> settle() {
        lanes.drop();
        var settled = idle == null ? new CompletableFuture<Void>() : idle;
        idle = settled;
        checkIdle();
        return settled;
    }

    /** Reads on behind what is done: what was dropped or has not been handled comes again. */
    void rewind() {
        partitions.forEach((partition, completed) -> {
            if (assignment.contains(partition) && !completed.isDone()) {
                assignment.seek(partition, new StartPoint.At(completed.position()));
            }
        });
        forget();
    }

    /** The partitions are not its own any more: what is under way does not count. */
    void forget() {
        lanes.drop();
        partitions.clear();
        idle = null;
    }

    /** Waits, for ever if need be, until handlers under way have returned; ends their threads. */
    void end() {
        var settled = settle();
        while (!settled.isDone()) {
            awaitHandlers(settled);
        }
        threads.shutdown();
    }

    private void awaitHandlers(CompletableFuture<Void> settled) {
        try {
            client.mailbox().await(settled::isDone, System.nanoTime() + CHECK_NS);
        } catch (WakeupException e) {
            // It is ending already.
            failure = null;
        }
    }
}
