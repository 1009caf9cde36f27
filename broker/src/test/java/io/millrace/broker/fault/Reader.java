package io.millrace.broker.fault;

import io.millrace.broker.history.History;
import io.millrace.broker.history.LogName;
import io.millrace.broker.history.Operation.EndSeen;
import io.millrace.broker.history.Operation.Polled;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads all logs as they grow, and asks now and then for their ends. A thread of its own runs it. */
final class Reader implements Runnable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ENDS_LIMIT = Duration.ofSeconds(2);
    private static final long ENDS_PERIOD_NS = TimeUnit.MILLISECONDS.toNanos(700);

    private final String name;
    private final Clients clients;
    private final History history;
    private final List<LogName> logs;
    private final Queue<String> troubles;
    private final Thread thread;
    private volatile boolean isStopped;

    Reader(String name, Clients clients, History history, List<LogName> logs, Queue<String> troubles) {
        this.name = name;
        this.clients = clients;
        this.history = history;
        this.logs = logs;
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

    private static TopicPartition partition(LogName log) {
        return new TopicPartition(log.topic(), log.partition());
    }

    @Override
    public void run() {
        try (var consumer = clients.consumer(Map.of())) {
            consumer.assign(logs.stream().map(Reader::partition).toList());
            long endsDueNs = System.nanoTime();
            while (!isStopped) {
                poll(consumer);
                if (System.nanoTime() - endsDueNs > 0) {
                    seeEnds(consumer);
                    endsDueNs = System.nanoTime() + ENDS_PERIOD_NS;
                }
            }
        } catch (KafkaException e) {
            troubles.add(name + " ends with " + e);
        }
    }

    private void poll(KafkaConsumer<String, Long> consumer) {
        var records = consumer.poll(POLL);
        for (var log : logs) {
            var some = records.records(partition(log));
            if (!some.isEmpty()) {
                history.add(new Polled(name, "", 0, log, Clients.placed(some), history.tick()));
            }
        }
    }

    private void seeEnds(KafkaConsumer<String, Long> consumer) {
        for (var log : logs) {
            long invoked = history.tick();
            try {
                var ends = consumer.endOffsets(List.of(partition(log)), ENDS_LIMIT);
                history.add(new EndSeen(name, log, ends.get(partition(log)), invoked, history.tick()));
            } catch (TimeoutException e) {
                return; // nobody may lead the partition at the moment
            }
        }
    }
}
