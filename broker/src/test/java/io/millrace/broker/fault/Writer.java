package io.millrace.broker.fault;

import io.millrace.broker.history.History;
import io.millrace.broker.history.LogName;
import io.millrace.broker.history.Operation;
import io.millrace.broker.history.Operation.Sent;
import io.millrace.broker.history.Outcome;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Sends unique records to all logs in turn until it is stopped, at a fixed pace. A thread of its own sends; outcomes come
 * on the producer's thread. A producer that broke is replaced by another, with another name.
 */
final class Writer implements Runnable {
    private static final long PACE_NS = 2_500_000;
    private static final int KEYS = 50;

    private final String name;
    private final Clients clients;
    private final History history;
    private final AtomicLong values;
    private final List<LogName> logs;
    private final Map<LogName, Long> firstAcknowledgedNs = new ConcurrentHashMap<>();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicInteger replaced = new AtomicInteger();
    private final Map<String, Integer> errors = new ConcurrentHashMap<>();
    private final Thread thread;
    private volatile boolean isBroken;
    private volatile boolean isStopped;

    Writer(String name, Clients clients, History history, AtomicLong values, List<LogName> logs) {
        this.name = name;
        this.clients = clients;
        this.history = history;
        this.values = values;
        this.logs = logs;
        this.thread = new Thread(this, name);
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        while (!isStopped) {
            isBroken = false;
            try (var producer = clients.producer()) {
                send(producer, name + "." + replaced.getAndIncrement());
            }
        }
    }

    private void send(KafkaProducer<String, Long> producer, String incarnation) {
        long dueNs = System.nanoTime();
        for (int i = 0; !isStopped && !isBroken; i++) {
            send(producer, incarnation, logs.get(i % logs.size()), values.incrementAndGet());
            dueNs = Math.max(dueNs + PACE_NS, System.nanoTime() - PACE_NS);
            LockSupport.parkNanos(dueNs - System.nanoTime());
        }
    }

    /** Sends one record and writes down what becomes of it. */
    void send(KafkaProducer<String, Long> producer, String incarnation, LogName log, long value) {
        long invoked = history.tick();
        try {
            producer.send(new ProducerRecord<>(log.topic(), log.partition(), "k" + value % KEYS, value),
                    (placed, error) -> onEnd(incarnation, log, value, invoked, placed, error));
        } catch (KafkaException e) {
            isBroken = true;
            onEnd(incarnation, log, value, invoked, null, e);
        }
    }

    private void onEnd(String incarnation, LogName log, long value, long invoked, RecordMetadata placed,
            Exception error) {
        if (error == null) {
            firstAcknowledgedNs.putIfAbsent(log, System.nanoTime());
            acknowledged.incrementAndGet();
            long offset = placed.hasOffset() ? placed.offset() : Operation.NOWHERE;
            history.add(new Sent(incarnation, log, value, Outcome.OK, offset, invoked, history.tick()));
            return;
        }
        errors.merge(error.getClass().getSimpleName(), 1, Integer::sum);
        isBroken |= error instanceof OutOfOrderSequenceException || error instanceof ProducerFencedException
                || error instanceof InvalidProducerEpochException || error instanceof AuthorizationException;
        var outcome = error instanceof RecordTooLargeException ? Outcome.FAIL : Outcome.INFO;
        history.add(new Sent(incarnation, log, value, outcome, Operation.NOWHERE, invoked, Operation.NEVER));
    }

    long acknowledged() {
        return acknowledged.get();
    }

    /** How many records failed, by error. */
    Map<String, Integer> errors() {
        return Map.copyOf(errors);
    }

    /** When each log was first written to since this was forgotten. */
    Map<LogName, Long> firstAcknowledgedNs() {
        return firstAcknowledgedNs;
    }

    /** Returns when every record has had its outcome. */
    void stop() {
        isStopped = true;
        join(thread);
    }

    static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
