package io.millrace.broker.fault;

import io.millrace.broker.history.History;
import io.millrace.broker.history.LogName;
import io.millrace.broker.history.Operation;
import io.millrace.broker.history.Operation.CommitSeen;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;

/** Reads a group's offsets back, once a second. A thread of its own runs it. */
final class GroupWatch implements Runnable {
    private static final int PERIOD_MS = 1_000;

    private final String group;
    private final ClusterOperator operator;
    private final History history;
    private final List<LogName> logs;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = new Thread(this, "group-watch");

    GroupWatch(String group, ClusterOperator operator, History history, List<LogName> logs) {
        this.group = group;
        this.operator = operator;
        this.history = history;
        this.logs = logs;
    }

    void start() {
        thread.start();
    }

    void stop() {
        stop.countDown();
        Writer.join(thread);
    }

    @Override
    public void run() {
        try {
            while (!stop.await(PERIOD_MS, TimeUnit.MILLISECONDS)) {
                look();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        long invoked = history.tick();
        var answer = operator
                .ask(operator.admin().listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
        long ended = history.tick();
        answer.ifPresent(offsets -> logs.forEach(log -> {
            var offset = offsets.get(new TopicPartition(log.topic(), log.partition()));
            history.add(
                    new CommitSeen(group, log, offset == null ? Operation.NOWHERE : offset.offset(), invoked,
                            ended));
        }));
    }
}
