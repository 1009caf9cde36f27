package io.millrace.broker.simulation;

import io.millrace.broker.simulation.machine.Network;
import io.millrace.protocol.data.GatherBuffer;
import io.millrace.protocol.data.ProduceRequestWriter;
import io.millrace.protocol.data.ProduceResponse;
import io.millrace.protocol.data.ProducedPartition;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.ArrayList;
import java.util.List;

/**
 * A producer of one partition. An idempotent one has several batches under way and sends what failed again, in order,
 * until it is acknowledged; another one tries each batch once. Owned by the schedule.
 */
final class SimulatedProducer {
    private static final int VERSION = ApiKey.PRODUCE.maxVersion();
    private static final int TIMEOUT_MS = 1200;
    private static final int MOST_UNDER_WAY = 4;
    private static final short ALL = -1;
    private static final short LEADER = 1;

    /** One batch, until it is acknowledged. */
    private static final class Batch {
        private final int number;
        private final int sequence;
        private final ByteBuf bytes;
        private boolean isUnderWay;

        Batch(int number, int sequence, ByteBuf bytes) {
            this.number = number;
            this.sequence = sequence;
            this.bytes = bytes;
        }
    }

    /** What was promised to it. */
    private record Acknowledged(int sequence, long offset) {}

    private final Cluster cluster;
    private final int id;
    private final String topic;
    private final Uuid topicId;
    private final int index;
    private final boolean isIdempotent;
    private final List<Batch> unacknowledged = new ArrayList<>();
    private final List<Acknowledged> acknowledged = new ArrayList<>();
    private int nextSequence;
    private int nextNumber;
    private int underWay;
    private int target = -1;
    private boolean isRetrying;
    private boolean isOver;

    SimulatedProducer(Cluster cluster, int id, String topic, Uuid topicId, int index, boolean isIdempotent) {
        this.cluster = cluster;
        this.id = id;
        this.topic = topic;
        this.topicId = topicId;
        this.index = index;
        this.isIdempotent = isIdempotent;
    }

    void start() {
        tick();
    }

    /** Sends nothing new from now on. */
    void end() {
        isOver = true;
    }

    private boolean isGone() {
        return cluster.observer().image().topic(topicId) == null;
    }

    /** Whether everything that it sent is acknowledged, or its topic is gone. */
    boolean isDone() {
        return unacknowledged.isEmpty() && underWay == 0 || isGone();
    }

    private void tick() {
        if (isOver || isGone()) {
            return;
        }
        int most = acknowledged.isEmpty() && isIdempotent ? 1 : MOST_UNDER_WAY; // a leader takes any first sequence
        if (!isRetrying && nextNumber - oldestNumber() < most) {
            var batch = next();
            unacknowledged.add(batch);
            send(batch);
        }
        var random = cluster.schedule().random();
        cluster.schedule().afterMs(random.nextInt(random.nextInt(100) == 0 ? 300 : 30), "producer",
                this::tick);
    }

    /** Of the batches that are not acknowledged: a leader knows no more than five batches behind it again. */
    private int oldestNumber() {
        return unacknowledged.isEmpty() ? nextNumber : unacknowledged.get(0).number;
    }

    private Batch next() {
        var random = cluster.schedule().random();
        int count = 1 + random.nextInt(3);
        try (var builder = new BatchBuilder(UnpooledByteBufAllocator.DEFAULT)) {
            builder.begin();
            if (isIdempotent) {
                builder.producer(id, (short) 0, nextSequence);
            }
            for (int i = 0; i < count; i++) {
                var value = Unpooled.buffer().writeInt(id).writeInt(nextSequence + i)
                        .writeZero(random.nextInt(200));
                builder.append(cluster.schedule().millis(), null, value);
            }
            var finished = builder.finish();
            var batch = new Batch(nextNumber++, nextSequence, Unpooled.copiedBuffer(finished));
            finished.release();
            nextSequence += count;
            return batch;
        }
    }

    private void send(Batch batch) {
        batch.isUnderWay = true;
        underWay++;
        if (target < 0) {
            target = findLeader();
        }
        if (target < 0) {
            cluster.clientLoop().execute(() -> answered(batch, null));
            return;
        }
        var request = request(batch);
        cluster.network().<ByteBuf>call(new Network.Caller(1000 + id, cluster.clientLoop(), "produce"),
                target,
                TIMEOUT_MS + 300,
                (broker, answer) -> broker.request(ApiKey.PRODUCE, VERSION, request, answer),
                (answer, failure) -> answered(batch, failure == null ? outcome(answer) : null));
    }

    private ByteBuf request(Batch batch) {
        var gather = new GatherBuffer();
        gather.begin(Unpooled.buffer());
        var writer = new ProduceRequestWriter();
        writer.begin(gather, VERSION, null, isIdempotent ? ALL : LEADER, TIMEOUT_MS, 1);
        writer.topic(topic, topicId, 1);
        writer.partition(index, batch.bytes.duplicate());
        writer.end();
        var parts = new ArrayList<ByteBuf>();
        gather.transferTo(parts::add);
        return Unpooled.copiedBuffer(parts.toArray(ByteBuf[]::new));
    }

    private static ProducedPartition outcome(ByteBuf answer) {
        return ProduceResponse.read(answer, VERSION).topics().get(0).partitions().get(0);
    }

    /** As some broker sees it, which may be wrong. */
    private int findLeader() {
        var broker = cluster.anyBroker();
        var topicImage = broker == null ? null : broker.image().topic(topicId);
        return topicImage == null ? -1 : topicImage.partition(index).leader();
    }

    private void answered(Batch batch, ProducedPartition outcome) {
        underWay--;
        batch.isUnderWay = false;
        if (outcome != null && outcome.errorCode() == ErrorCode.NONE) {
            unacknowledged.remove(batch);
            acknowledged(batch, outcome.baseOffset());
        } else {
            isRetrying = true;
        }
        if (isRetrying && underWay == 0) {
            target = -1;
            if (!isIdempotent) {
                unacknowledged.clear();
                isRetrying = false;
            } else {
                cluster.schedule().afterMs(5 + cluster.schedule().random().nextInt(150), "producer",
                        this::retry);
            }
        }
    }

    private void retry() {
        isRetrying = false;
        if (!isGone()) {
            for (var batch : List.copyOf(unacknowledged)) {
                if (!batch.isUnderWay) {
                    send(batch);
                }
            }
        }
    }

    /** C1, C7: what is acknowledged is committed, where it was said to be. */
    private void acknowledged(Batch batch, long offset) {
        if (!isIdempotent || isGone()) {
            return;
        }
        acknowledged.add(new Acknowledged(batch.sequence, offset));
        check(acknowledged.get(acknowledged.size() - 1));
    }

    private void check(Acknowledged each) {
        var committed = cluster.observer().history(topicId, index).committed(id, each.sequence);
        if (committed == null || committed.base() != each.offset) {
            throw new Violation("C1", "producer " + id + " was told that sequence " + each.sequence
                    + " is at offset " + each.offset + " of " + topic + "-" + index + ", but committed is "
                    + committed + " in " + cluster.observer().history(topicId, index));
        }
    }

    int acknowledgedCount() {
        return acknowledged.size();
    }

    @Override
    public String toString() {
        return "producer " + id + " of " + topic + "-" + index + ", sent up to sequence " + nextSequence
                + ", " + unacknowledged.size() + " not acknowledged, first of "
                + (unacknowledged.isEmpty() ? "none" : unacknowledged.get(0).sequence);
    }
}
