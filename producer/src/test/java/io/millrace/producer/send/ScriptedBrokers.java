package io.millrace.producer.send;

import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.data.CurrentLeader;
import io.millrace.protocol.data.NodeEndpoint;
import io.millrace.protocol.data.ProducedPartition;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.record.RecordCursor;
import io.millrace.protocol.record.RecordLimits;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;

/**
 * Two brokers in virtual time that keep Kafka's rules of idempotence and fail in every way that chance offers: refusals,
 * appends that go unanswered, requests carried out after their connection is gone, leaders that move. Stepped by a test.
 */
final class ScriptedBrokers implements Brokers {
    private static final int REMEMBERED = 5;

    private final Random random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final Map<TopicPartition, Log> logs = new HashMap<>();
    private final List<Deque<Runnable>> connections = new ArrayList<>(
            List.of(new ArrayDeque<>(), new ArrayDeque<>()));
    private final int[] connectionAge = new int[2];
    private final long[] freeAtNs = new long[2];
    private long nowNs;
    private long lastEvent;
    double trouble;
    double fatalTrouble;
    int mostRecords = Integer.MAX_VALUE;
    boolean doesLimitChange;
    Runnable onChange = () -> {};

    private record Event(long atNs, long number, Runnable task) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNs, other.atNs);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    /** One partition's records and the producer state that a leader rebuilds from them. */
    private static final class Log {
        final List<Long> values = new ArrayList<>();
        final Deque<long[]> batches = new ArrayDeque<>();
        int leader;
        long epoch = -1;
        int nextSequence = -1;
    }

    ScriptedBrokers(long seed) {
        random = new Random(seed);
    }

    private Log log(TopicPartition partition) {
        return logs.computeIfAbsent(partition, absent -> new Log());
    }

    List<Long> values(TopicPartition partition) {
        return log(partition).values;
    }

    /** Runs the next event; answers false if there is none. */
    boolean step() {
        var event = events.poll();
        if (event == null) {
            return false;
        }
        nowNs = Math.max(nowNs, event.atNs);
        event.task.run();
        if (random.nextDouble() < trouble / 50) {
            logs.values().forEach(log -> log.leader = random.nextInt(2));
            onChange.run();
        }
        return true;
    }

    @Override
    public long nowNs() {
        return nowNs;
    }

    @Override
    public void after(long delayNs, Runnable task) {
        events.add(new Event(nowNs + delayNs, lastEvent++, task));
    }

    @Override
    public int leaderOf(TopicPartition partition) {
        return log(partition).leader;
    }

    @Override
    public boolean isReady(int nodeId) {
        if (random.nextDouble() < trouble / 4) {
            after(1_000_000, onChange);
            return false;
        }
        return true;
    }

    @Override
    public void refresh() {
        after(500_000, onChange);
    }

    @Override
    public void hint(TopicPartition partition, CurrentLeader leader, List<NodeEndpoint> endpoints) {
        throw new AssertionError("no broker here gives hints");
    }

    @Override
    public CompletableFuture<Identity> newIdentity() {
        var identity = new CompletableFuture<Identity>();
        after(1_000_000, () -> identity.complete(new Identity(7, (short) 0)));
        return identity;
    }

    /** One after the other on each connection; a broken connection fails all that is open on it, appended or not. */
    @Override
    public void send(int nodeId, ProduceCall call) {
        var bytes = new ArrayList<ByteBuf>();
        call.entries().forEach(entry -> {
            var content = entry.outgoing().batch().retainedContent();
            bytes.add(Unpooled.wrappedBuffer(ByteBufUtil.getBytes(content)));
            content.release();
        });
        int age = connectionAge[nodeId];
        Runnable failure = () -> call.failed(new IllegalStateException("connection lost"));
        connections.get(nodeId).add(failure);
        freeAtNs[nodeId] = Math.max(freeAtNs[nodeId], nowNs) + random.nextInt(2_000_000);
        after(freeAtNs[nodeId] - nowNs, () -> arrive(nodeId, age, call, bytes));
    }

    private void arrive(int nodeId, int age, ProduceCall call, List<ByteBuf> bytes) {
        boolean isCut = connectionAge[nodeId] != age;
        boolean isZombie = isCut && random.nextInt(3) == 0;
        boolean breaksBefore = !isCut && random.nextDouble() < trouble / 4;
        if (breaksBefore) {
            cut(nodeId);
        }
        if (!isCut || isZombie) {
            var results = new ArrayList<ProducedPartition>();
            for (int i = 0; i < bytes.size(); i++) {
                results.add(append(nodeId, call.partition(i), bytes.get(i)));
            }
            if (!isCut && !breaksBefore && random.nextDouble() < trouble / 4) {
                cut(nodeId);
            } else if (!isCut && !breaksBefore) {
                answer(nodeId, call, results);
            }
        }
    }

    private void answer(int nodeId, ProduceCall call, List<ProducedPartition> results) {
        int age = connectionAge[nodeId];
        after(100_000, () -> {
            if (connectionAge[nodeId] == age) {
                connections.get(nodeId).poll();
                call.answered(results, List.of());
            }
        });
    }

    private void cut(int nodeId) {
        connectionAge[nodeId]++;
        var open = new ArrayList<>(connections.get(nodeId));
        connections.get(nodeId).clear();
        after(0, () -> open.forEach(Runnable::run));
    }

    private ProducedPartition append(int nodeId, TopicPartition partition, ByteBuf bytes) {
        var log = log(partition);
        var batch = new RecordBatch().wrap(bytes, 0);
        if (!batch.isWhole(bytes.writerIndex()) || !batch.isCrcValid()) {
            throw new AssertionError("broken batch " + batch);
        }
        if (log.leader != nodeId) {
            return failed(partition, ErrorCode.NOT_LEADER_OR_FOLLOWER);
        }
        if (doesLimitChange) {
            mostRecords = 1 + random.nextInt(20);
        }
        if (batch.recordCount() > mostRecords) {
            return failed(partition, ErrorCode.MESSAGE_TOO_LARGE);
        }
        if (random.nextDouble() < fatalTrouble) {
            return failed(partition, ErrorCode.INVALID_RECORD);
        }
        if (random.nextDouble() < trouble / 4) {
            return failed(partition, ErrorCode.NOT_ENOUGH_REPLICAS);
        }
        for (var known : log.batches) {
            if (known[0] == batch.producerEpoch() && known[1] == batch.baseSequence()
                    && known[2] == batch.recordCount()) {
                return ProducedPartition.appended(partition.partition(), known[3], -1, 0);
            }
        }
        var refusal = refusal(log, batch);
        if (refusal != ErrorCode.NONE) {
            return failed(partition, refusal);
        }
        long baseOffset = log.values.size();
        store(log, batch, baseOffset);
        return random.nextDouble() < trouble / 4
                ? failed(partition, ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND)
                : ProducedPartition.appended(partition.partition(), baseOffset, -1, 0);
    }

    private static ErrorCode refusal(Log log, RecordBatch batch) {
        if (batch.producerEpoch() < log.epoch) {
            return ErrorCode.INVALID_PRODUCER_EPOCH;
        }
        boolean isNewEpoch = batch.producerEpoch() > log.epoch;
        boolean isNext = isNewEpoch ? log.epoch < 0 || batch.baseSequence() == 0
                : batch.baseSequence() == log.nextSequence;
        return isNext ? ErrorCode.NONE : ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER;
    }

    private static void store(Log log, RecordBatch batch, long baseOffset) {
        try (var records = new RecordCursor(UnpooledByteBufAllocator.DEFAULT)) {
            records.open(batch, RecordLimits.NONE);
            while (records.next()) {
                log.values.add(records.buffer().getLong(records.valueIndex()));
            }
        }
        if (batch.producerEpoch() > log.epoch) {
            log.batches.clear();
        }
        log.epoch = batch.producerEpoch();
        log.nextSequence = RecordBatch.sequencePlus(batch.baseSequence(), batch.recordCount());
        log.batches.add(
                new long[] {batch.producerEpoch(), batch.baseSequence(), batch.recordCount(), baseOffset});
        if (log.batches.size() > REMEMBERED) {
            log.batches.poll();
        }
    }

    private static ProducedPartition failed(TopicPartition partition, ErrorCode error) {
        return ProducedPartition.failed(partition.partition(), error, null);
    }
}
