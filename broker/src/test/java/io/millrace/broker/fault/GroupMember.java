package io.millrace.broker.fault;

import io.millrace.broker.history.History;
import io.millrace.broker.history.LogName;
import io.millrace.broker.history.Operation;
import io.millrace.broker.history.Operation.Committed;
import io.millrace.broker.history.Operation.Polled;
import io.millrace.broker.history.Outcome;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** Reads with others in a group, and commits what it has read. A thread of its own runs it. */
final class GroupMember implements Runnable, ConsumerRebalanceListener {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final long COMMIT_PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(400);

    private final String group;
    private final String name;
    private final Clients clients;
    private final History history;
    private final Queue<String> troubles;
    private final List<String> topics;
    private final Map<TopicPartition, OffsetAndMetadata> read = new HashMap<>();
    private final Thread thread;
    private int session;
    private volatile boolean isStopped;

    GroupMember(String group, int number, Clients clients, History history, List<String> topics,
            Queue<String> troubles) {
        this.group = group;
        this.name = group + "/" + number;
        this.clients = clients;
        this.history = history;
        this.topics = topics;
        this.troubles = troubles;
        this.thread = new Thread(this, name);
    }

    void start() {
        thread.start();
    }

    void stop() {
        isStopped = true;
        Writer.join(thread);
    }

    @Override
    public void run() {
        try (var consumer = clients.consumer(Map.of("group.id", group, "session.timeout.ms", 8_000,
                "heartbeat.interval.ms", 2_000, "default.api.timeout.ms", Clients.REQUEST_LIMIT_MS))) {
            consumer.subscribe(topics, this);
            long commitDueNs = System.nanoTime();
            while (!isStopped) {
                poll(consumer);
                if (System.nanoTime() - commitDueNs > 0) {
                    commit(consumer);
                    commitDueNs = System.nanoTime() + COMMIT_PERIOD_NS;
                }
            }
        } catch (KafkaException e) {
            troubles.add(name + " ends with " + e);
        }
    }

    private void poll(KafkaConsumer<String, Long> consumer) {
        var records = consumer.poll(POLL);
        for (var partition : records.partitions()) {
            var some = records.records(partition);
            history.add(new Polled(name, group, session, log(partition), Clients.placed(some),
                    history.tick()));
            read.put(partition, new OffsetAndMetadata(some.get(some.size() - 1).offset() + 1));
        }
    }

    private static LogName log(TopicPartition partition) {
        return new LogName(partition.topic(), 0, partition.partition());
    }

    /** One request at most: if it gets no answer, it may still happen. */
    private void commit(KafkaConsumer<String, Long> consumer) {
        if (read.isEmpty()) {
            return;
        }
        var offsets = Map.copyOf(read);
        read.clear();
        long invoked = history.tick();
        var outcome = Outcome.OK;
        try {
            consumer.commitSync(offsets, Duration.ofMillis(Clients.REQUEST_LIMIT_MS));
        } catch (KafkaException e) {
            outcome = Outcome.INFO;
        }
        long ended = outcome == Outcome.OK ? history.tick() : Operation.NEVER;
        for (var offset : offsets.entrySet()) {
            history.add(
                    new Committed(group, log(offset.getKey()), offset.getValue().offset(), outcome, invoked,
                            ended));
        }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        session++;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        read.clear();
        session++;
    }
}
