package io.millrace.consumer.poll;

import io.millrace.consumer.fetch.Brokers;
import io.millrace.consumer.fetch.FetchCall;
import io.millrace.consumer.fetch.FoundOffset;
import io.millrace.consumer.position.OffsetAndMetadata;
import io.millrace.consumer.position.Position;
import io.millrace.protocol.cluster.ClusterView;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.data.CurrentLeader;
import io.millrace.protocol.data.FetchHead;
import io.millrace.protocol.data.FetchResponse;
import io.millrace.protocol.data.FetchedPartition;
import io.millrace.protocol.data.NodeEndpoint;
import io.millrace.protocol.message.cluster.Metadata;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * Two brokers in virtual time with fetch sessions, whose partitions hold the numbers from 0 on as their offsets, and which
 * fail in every way that chance offers: refusals, lost sessions and connections, leaders that move. Stepped by a test.
 */
final class ScriptedBrokers implements Brokers {
    private static final int BATCH_RECORDS = 7;
    private static final int ANSWER_BATCHES = 4;
    private static final Uuid TOPIC_ID = new Uuid(4, 2);

    private final Random random;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final int[] leaders;
    private final List<Map<TopicPartition, FetchCall.Entry>> sessions = new ArrayList<>(
            List.of(Map.of(), Map.of()));
    private final int[] sessionIds = new int[2];
    private final int[] sessionEpochs = new int[2];
    private final long records;
    private int leaderEpoch = 1;
    private int lastSessionId;
    private long nowNs;
    private long lastEvent;
    private ClusterView view;
    double trouble;
    Runnable onChange = () -> {};

    private record Event(long atNs, long number, Runnable task) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNs, other.atNs);
            return byTime != 0 ? byTime : Long.compare(number, other.number);
        }
    }

    ScriptedBrokers(long seed, int partitions, long records) {
        random = new Random(seed);
        leaders = new int[partitions];
        this.records = records;
        publish();
    }

    private void publish() {
        var nodes = List.of(new Metadata.Response.Broker(0, "a", 1, null),
                new Metadata.Response.Broker(1, "b", 1, null));
        var partitions = new ArrayList<Metadata.Response.Partition>();
        for (int i = 0; i < leaders.length; i++) {
            partitions.add(new Metadata.Response.Partition(ErrorCode.NONE, i, leaders[i], leaderEpoch,
                    List.of(0, 1), List.of(0, 1), List.of()));
        }
        var topic = new Metadata.Response.Topic(ErrorCode.NONE, "t", TOPIC_ID, false, partitions,
                Integer.MIN_VALUE);
        view = ClusterView.UNKNOWN.with(new Metadata.Response(0, nodes, "c", 0, List.of(topic),
                Integer.MIN_VALUE, ErrorCode.NONE));
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
            leaders[random.nextInt(leaders.length)] = random.nextInt(2);
            leaderEpoch++;
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
    public ClusterView view() {
        return view;
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
        after(500_000, () -> {
            publish();
            onChange.run();
        });
    }

    @Override
    public void hint(TopicPartition partition, CurrentLeader leader, List<NodeEndpoint> endpoints) {
        throw new AssertionError("no broker here gives hints");
    }

    @Override
    public void fetch(int nodeId, FetchCall call) {
        if (random.nextDouble() < trouble / 4) {
            after(1_000_000, () -> call.outcome().failed(new IllegalStateException("connection lost")));
        } else {
            after(random.nextInt(2_000_000), () -> answer(nodeId, call));
        }
    }

    private void answer(int nodeId, FetchCall call) {
        var error = enter(nodeId, call);
        var parts = new ArrayList<FetchedPartition>();
        if (error == ErrorCode.NONE) {
            sessions.get(nodeId).forEach((partition, entry) -> {
                var part = read(nodeId, entry);
                if (part != null) {
                    parts.add(part);
                }
            });
        }
        call.outcome().answered(new FetchResponse(new FetchHead(0, error, sessionIds[nodeId]),
                List.of(new FetchResponse.Topic(null, TOPIC_ID, parts)), List.of()));
        parts.forEach(part -> part.records().release());
    }

    /** What a broker makes of the session that a request belongs to. */
    private ErrorCode enter(int nodeId, FetchCall call) {
        if (call.sessionEpoch() == 0) {
            sessions.set(nodeId, new LinkedHashMap<>());
            sessionIds[nodeId] = random.nextInt(10) == 0 ? 0 : ++lastSessionId;
            sessionEpochs[nodeId] = 1;
        } else if (call.sessionId() != sessionIds[nodeId] || random.nextDouble() < trouble / 10) {
            return ErrorCode.FETCH_SESSION_ID_NOT_FOUND;
        } else if (call.sessionEpoch() != sessionEpochs[nodeId]++) {
            return ErrorCode.INVALID_FETCH_SESSION_EPOCH;
        }
        var session = sessions.get(nodeId);
        call.forgotten().forEach(entry -> session.remove(entry.partition()));
        call.entries().forEach(entry -> session.put(entry.partition(), entry));
        return ErrorCode.NONE;
    }

    private FetchedPartition read(int nodeId, FetchCall.Entry entry) {
        int partition = entry.partition().partition();
        if (leaders[partition] != nodeId) {
            return FetchedPartition.failed(partition, ErrorCode.NOT_LEADER_OR_FOLLOWER, null);
        }
        if (random.nextDouble() < trouble / 8) {
            return FetchedPartition.failed(partition, ErrorCode.UNKNOWN_LEADER_EPOCH, null);
        }
        if (entry.offset() > records) {
            return FetchedPartition.failed(partition, ErrorCode.OFFSET_OUT_OF_RANGE, null);
        }
        return entry.offset() == records ? null
                : new FetchedPartition(partition, ErrorCode.NONE, records, records, 0, null, null,
                        batches(entry.offset()));
    }

    /** Whole batches from the one that holds the offset on, and a piece of the next. */
    private ByteBuf batches(long offset) {
        var out = Unpooled.buffer();
        try (var builder = new BatchBuilder(UnpooledByteBufAllocator.DEFAULT)) {
            long base = offset / BATCH_RECORDS * BATCH_RECORDS;
            for (int i = 0; i <= ANSWER_BATCHES && base < records; i++, base += BATCH_RECORDS) {
                builder.begin().baseOffset(base).leaderEpoch(1);
                for (long each = base; each < Math.min(records, base + BATCH_RECORDS); each++) {
                    builder.append(1_000 + each, null, Unpooled.copyLong(each));
                }
                var batch = builder.finish();
                out.writeBytes(batch, i < ANSWER_BATCHES ? batch.readableBytes() : random.nextInt(70));
                batch.release();
            }
        }
        return out;
    }

    @Override
    public CompletableFuture<Map<TopicPartition, FoundOffset>> offsets(int nodeId,
            Map<TopicPartition, Long> timestamps) {
        var found = new HashMap<TopicPartition, FoundOffset>();
        timestamps.forEach((partition, timestamp) -> found.put(partition,
                new FoundOffset(leaders[partition.partition()] == nodeId ? ErrorCode.NONE
                        : ErrorCode.NOT_LEADER_OR_FOLLOWER, timestamp == -2 ? 0 : records, -1, 1)));
        return later(found);
    }

    @Override
    public CompletableFuture<Map<TopicPartition, FoundOffset>> epochEnds(int nodeId,
            Map<TopicPartition, Position> positions) {
        var found = new HashMap<TopicPartition, FoundOffset>();
        positions.keySet().forEach(
                partition -> found.put(partition, new FoundOffset(ErrorCode.NONE, records, -1, 1)));
        return later(found);
    }

    @Override
    public CompletableFuture<Map<TopicPartition, OffsetAndMetadata>> committed(
            Set<TopicPartition> partitions) {
        var committed = new TreeMap<TopicPartition, OffsetAndMetadata>();
        partitions.stream().filter(partition -> partition.partition() % 2 == 0)
                .forEach(partition -> committed.put(partition, new OffsetAndMetadata(partition.partition())));
        return later(committed);
    }

    private <T> CompletableFuture<T> later(T answer) {
        var future = new CompletableFuture<T>();
        after(random.nextInt(1_000_000), () -> {
            if (random.nextDouble() < trouble / 4) {
                future.completeExceptionally(new IllegalStateException("connection lost"));
            } else {
                future.complete(answer);
            }
        });
        return future;
    }
}
