package io.millrace.broker.request.data;

import io.millrace.broker.request.TestCluster;
import io.millrace.protocol.data.FetchParameters;
import io.millrace.protocol.data.FetchRequestWriter;
import io.millrace.protocol.data.FetchResponse;
import io.millrace.protocol.data.FetchedPartition;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Fetches from partition 0 of a topic through the real handler, as a consumer or a follower. */
final class TestFetcher {
    static final int MEBIBYTE = 1 << 20;
    private static final int VERSION = 12;

    private final TestCluster cluster;
    private final FetchHandler handler;

    TestFetcher(TestCluster cluster) {
        this.cluster = cluster;
        handler = new FetchHandler(cluster.partitions(), new TopicLookup(cluster::image),
                new LeaderHints(cluster::image), new FetchSessions(10, InstantSource.system()), MEBIBYTE);
    }

    /** {@code replicaId} is that of a follower, or one of FetchParameters. */
    CompletableFuture<FetchedPartition> fetch(String topic, int replicaId, long offset, int maxWaitMs) {
        return fetch(topic,
                new FetchParameters(replicaId, FetchParameters.UNKNOWN_EPOCH, maxWaitMs, 1, MEBIBYTE,
                        (byte) 0, 0, FetchParameters.NO_SESSION, "", null),
                offset);
    }

    CompletableFuture<FetchedPartition> fetch(String topic, FetchParameters parameters, long offset) {
        ByteBuf frame = Unpooled.buffer();
        var writer = new FetchRequestWriter();
        writer.begin(frame, VERSION, parameters, 1);
        writer.topic(topic, Uuid.ZERO, 1);
        writer.partition(FetchRequestWriter.Position.ofConsumer(0, -1, offset, MEBIBYTE));
        writer.end(List.of());
        return cluster.send(handler, ApiKey.FETCH, VERSION, frame)
                .thenApply(answer -> FetchResponse.read(answer, VERSION).topics().get(0).partitions().get(0));
    }
}
