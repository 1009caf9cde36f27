package io.millrace.broker.fault;

import io.millrace.broker.history.LogName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;

/**
 * Creates a topic, writes some records, deletes the topic and begins again under the same name. A thread of its own
 * runs it; the last incarnation is made, and stays, when the faults are over.
 */
final class TopicChurn implements Runnable {
    static final String TOPIC = "churn";
    private static final int PARTITIONS = 2;
    private static final int RECORDS = 200;
    private static final int REST_MS = 500;

    private final ClusterOperator operator;
    private final Clients clients;
    private final Writer writer;
    private final AtomicLong values;
    private final FaultLog log;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this, "topic-churn");
    private Uuid topicId = Uuid.ZERO_UUID;
    private int incarnation = -1;

    /** The writer writes down what becomes of the records; it is not started. */
    TopicChurn(ClusterOperator operator, Clients clients, Writer writer, AtomicLong values, FaultLog log) {
        this.operator = operator;
        this.clients = clients;
        this.writer = writer;
        this.values = values;
        this.log = log;
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        try {
            while (!stop.await(REST_MS, TimeUnit.MILLISECONDS)) {
                if (create()) {
                    write();
                    delete();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Answers whether there is a new incarnation. */
    private boolean create() {
        var created = operator.admin().createTopics(List.of(new NewTopic(TOPIC, PARTITIONS, (short) 3)));
        var id = operator.ask(created.topicId(TOPIC)).or(this::describedId);
        if (id.isEmpty() || id.get().equals(topicId)) {
            return false;
        }
        topicId = id.get();
        incarnation++;
        log.say(TOPIC + " " + incarnation + " is " + topicId);
        return true;
    }

    private Optional<Uuid> describedId() {
        return operator.describe(TOPIC).map(TopicDescription::topicId);
    }

    private void write() {
        try (var producer = clients.producer()) {
            for (int i = 0; i < RECORDS; i++) {
                writer.send(producer, TOPIC + incarnation, logs().get(i % PARTITIONS),
                        values.incrementAndGet());
            }
        }
    }

    /** By its id: a request that comes late must not hit the next incarnation. */
    private void delete() throws InterruptedException {
        boolean isGone = false;
        while (!isGone && !stop.await(REST_MS, TimeUnit.MILLISECONDS)) {
            isGone = operator.delete(topicId);
        }
        log.say(TOPIC + " " + incarnation + (isGone ? " is deleted" : " stays"));
    }

    /** Returns when the last incarnation holds records; the cluster has to be whole. */
    void finish() {
        stop.countDown();
        Writer.join(thread);
        create();
        write();
    }

    Map<String, Integer> counts() {
        return Map.of("delete and create again", Math.max(incarnation, 0));
    }

    /** Of the last incarnation. */
    List<LogName> logs() {
        return IntStream.range(0, PARTITIONS)
                .mapToObj(partition -> new LogName(TOPIC, Math.max(incarnation, 0), partition)).toList();
    }
}
