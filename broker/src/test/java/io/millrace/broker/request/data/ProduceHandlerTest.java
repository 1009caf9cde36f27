package io.millrace.broker.request.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.request.TestCluster;
import io.millrace.protocol.data.ProducedPartition;
import io.millrace.protocol.record.BatchBuilder;
import io.millrace.protocol.wire.ErrorCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProduceHandlerTest {
    @TempDir Path folder;
    private TestCluster cluster;
    private TestProducer producer;

    @BeforeEach
    void start() throws IOException {
        cluster = new TestCluster(folder);
        producer = new TestProducer(cluster);
    }

    @AfterEach
    void close() throws IOException {
        cluster.close();
    }

    private static ByteBuf batch(long producerId, int sequence) {
        try (var builder = new BatchBuilder(UnpooledByteBufAllocator.DEFAULT)) {
            var built = builder.begin().producer(producerId, (short) 0, sequence)
                    .append(System.currentTimeMillis(), null, Unpooled.wrappedBuffer(new byte[20])).finish();
            var copy = Unpooled.copiedBuffer(built);
            built.release();
            return copy;
        }
    }

    /** A client that was not told of the topic yet asks again and again, and sends five batches when it is. */
    private void sendFiveOnceThere(String topic, int partition,
            CompletableFuture<List<ProducedPartition>> outcome) {
        if (cluster.image().topic(topic) == null) {
            cluster.onLoop(() -> sendFiveOnceThere(topic, partition, outcome));
            return;
        }
        var answers = new ArrayList<CompletableFuture<ProducedPartition>>();
        for (int sequence = 0; sequence < 5; sequence++) {
            answers.add(producer.send(topic, partition, batch(7, sequence)));
        }
        CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).thenRun(
                () -> outcome.complete(answers.stream().map(CompletableFuture::join).toList()));
    }

    @Test
    void theFirstBatchesAfterACreationAreAllAccepted() {
        int partitionCount = 20;
        for (int round = 0; round < 10; round++) {
            var topic = "fresh" + round;
            var outcome = new CompletableFuture<List<ProducedPartition>>();
            cluster.onLoop(() -> sendFiveOnceThere(topic, partitionCount - 1, outcome));
            cluster.createTopic(topic, partitionCount, TestCluster.OWN_ID, Map.of());
            assertThat(TestCluster.await(outcome)).as(topic)
                    .allMatch(answer -> answer.errorCode() == ErrorCode.NONE)
                    .extracting(ProducedPartition::baseOffset).containsExactly(0L, 1L, 2L, 3L, 4L);
        }
    }
}
