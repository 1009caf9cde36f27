package io.millrace.broker.request.data;

import io.millrace.broker.request.TestCluster;
import io.millrace.protocol.data.GatherBuffer;
import io.millrace.protocol.data.ProduceRequestWriter;
import io.millrace.protocol.data.ProduceResponse;
import io.millrace.protocol.data.ProducedPartition;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;

/** Sends single batches through the real handler as fast as it likes, and reads the answers. */
final class TestProducer {
    private static final short ALL_REPLICAS = -1;
    private static final int VERSION = 12;

    private final TestCluster cluster;
    private final ProduceHandler handler;

    TestProducer(TestCluster cluster) {
        this.cluster = cluster;
        handler = new ProduceHandler(cluster.partitions(), new TopicLookup(cluster::image),
                new LeaderHints(cluster::image));
    }

    CompletableFuture<ProducedPartition> send(String topic, int partition, ByteBuf batch) {
        return send(topic, partition, batch, 30_000);
    }

    CompletableFuture<ProducedPartition> send(String topic, int partition, ByteBuf batch, int timeoutMs) {
        var gather = new GatherBuffer();
        gather.begin(Unpooled.buffer());
        var writer = new ProduceRequestWriter();
        writer.begin(gather, VERSION, null, ALL_REPLICAS, timeoutMs, 1);
        writer.topic(topic, Uuid.ZERO, 1);
        writer.partition(partition, batch);
        writer.end();
        var parts = new ArrayList<ByteBuf>();
        gather.transferTo(parts::add);
        var frame = Unpooled.copiedBuffer(parts.toArray(ByteBuf[]::new));
        return cluster.send(handler, ApiKey.PRODUCE, VERSION, frame)
                .thenApply(TestProducer::outcome);
    }

    private static ProducedPartition outcome(ByteBuf answer) {
        try {
            return ProduceResponse.read(answer, VERSION).topics().get(0).partitions().get(0);
        } finally {
            answer.release();
        }
    }
}
