package io.millrace.broker.partition.fetcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.partition.TestReplicas;
import io.millrace.protocol.data.EpochEndOffset;
import io.millrace.protocol.data.FetchHead;
import io.millrace.protocol.data.FetchRequestCursor;
import io.millrace.protocol.data.FetchResponseWriter;
import io.millrace.protocol.data.FetchedPartition;
import io.millrace.protocol.data.GatherBuffer;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The leader as the wire shows it: keeps requests until the test answers them, in their order. */
final class TestLeader implements Peers {
    private static final int VERSION = 18;
    private static final int SESSION_ID = 77;

    private final TestReplicas replicas;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();

    /** A request that has arrived: partitions as "index@offset". */
    record Waiting(int sessionId, int sessionEpoch, int maxWaitMs, List<String> named,
            List<Integer> forgotten, Reply reply) {}

    TestLeader(TestReplicas replicas) {
        this.replicas = replicas;
    }

    @Override
    public void fetch(int brokerId, EventExecutor loop, RequestBody request, Reply reply) {
        assertThat(loop.inEventLoop()).isTrue();
        var frame = Unpooled.buffer();
        request.write(frame, VERSION);
        var cursor = new FetchRequestCursor();
        cursor.wrap(frame, VERSION);
        var named = new ArrayList<String>();
        while (cursor.nextTopic()) {
            while (cursor.nextPartition()) {
                named.add(cursor.partition() + "@" + cursor.fetchOffset());
            }
        }
        var forgotten = new ArrayList<Integer>();
        cursor.forgottenTopics()
                .forEach(topic -> Arrays.stream(topic.partitions()).forEach(forgotten::add));
        var parameters = cursor.parameters();
        waiting.add(new Waiting(parameters.sessionId(), parameters.sessionEpoch(), parameters.maxWaitMs(),
                named, forgotten, reply));
    }

    int requestsUnderWay() {
        return waiting.size();
    }

    /** Whether the last request goes on with a partition there. */
    boolean names(String position) {
        return !waiting.isEmpty() && waiting.peekLast().named().contains(position);
    }

    /** The last request. */
    Waiting waiting() {
        assertThat(waiting).isNotEmpty();
        return waiting.peekLast();
    }

    /** Answers the first request, and lets the follower act. */
    void answer(FetchedPartition... partitions) {
        var gather = new GatherBuffer();
        gather.begin(Unpooled.buffer());
        var writer = new FetchResponseWriter();
        writer.begin(gather, VERSION, new FetchHead(0, ErrorCode.NONE, SESSION_ID), partitions.length);
        for (var partition : partitions) {
            writer.topic(null, replicas.partition(partition.partition()).topicId(), 1);
            writer.partition(partition);
        }
        writer.end(List.of());
        var pieces = new ArrayList<ByteBuf>();
        gather.transferTo(pieces::add);
        var body = Unpooled.wrappedBuffer(pieces.toArray(ByteBuf[]::new));
        var reply = waiting.poll().reply();
        replicas.loop.run(() -> reply.onAnswer(body, VERSION));
    }

    void fail(String reason) {
        var reply = waiting.poll().reply();
        replicas.loop.run(() -> reply.onFailure(reason));
    }

    FetchedPartition records(int partition, ByteBuf records) {
        return new FetchedPartition(partition, ErrorCode.NONE, 0, 0, 0, null, null, records);
    }

    FetchedPartition news(int partition, long highWatermark) {
        return new FetchedPartition(partition, ErrorCode.NONE, highWatermark, highWatermark, 0, null, null,
                Unpooled.EMPTY_BUFFER);
    }

    FetchedPartition diverging(int partition, EpochEndOffset parting) {
        return new FetchedPartition(partition, ErrorCode.NONE, 0, 0, 0, null,
                FetchedPartition.Redirect.diverging(parting), Unpooled.EMPTY_BUFFER);
    }

    FetchedPartition refused(int partition, ErrorCode error) {
        return FetchedPartition.failed(partition, error, null);
    }
}
