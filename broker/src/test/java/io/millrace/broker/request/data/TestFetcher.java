package io.millrace.broker.request.data;

import io.millrace.broker.partition.fetcher.SendPace;
import io.millrace.broker.request.TestCluster;
import io.millrace.protocol.data.FetchParameters;
import io.millrace.protocol.data.FetchRequestWriter;
import io.millrace.protocol.data.FetchResponse;
import io.millrace.protocol.data.FetchedPartition;
import io.millrace.protocol.wire.ApiKey;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Fetches from partition 0 of a topic through the real handler, as a consumer or a follower. */
final class TestFetcher {
    static final String RACK_AWARE = "org.apache.kafka.common.replica.RackAwareReplicaSelector";
    static final int NEWEST = 18;
    private static final int MEBIBYTE = 1 << 20;

    private final TestCluster cluster;
    private final FetchHandler handler;

    TestFetcher(TestCluster cluster) {
        this(cluster, "");
    }

    TestFetcher(TestCluster cluster, String replicaSelector) {
        this.cluster = cluster;
        handler = handler(cluster, replicaSelector);
    }

    static FetchHandler handler(TestCluster cluster, String replicaSelector) {
        return handler(cluster, replicaSelector, SendPace.UNLIMITED);
    }

    static FetchHandler handler(TestCluster cluster, String replicaSelector, SendPace pace) {
        var hints = new LeaderHints(cluster::image);
        var reader = new PartitionReader(cluster.partitions(), new TopicLookup(cluster::image), hints,
                new NearestReplica(cluster::image, replicaSelector), pace);
        return new FetchHandler(reader, hints, new FetchSessions(10, InstantSource.system()), 10 * MEBIBYTE);
    }

    /** {@code replicaId} is that of a follower, or one of FetchParameters. */
    CompletableFuture<FetchedPartition> fetch(String topic, int replicaId, long offset, int maxWaitMs) {
        return send(NEWEST, topic, parameters(replicaId, maxWaitMs, ""),
                FetchRequestWriter.Position.ofConsumer(0, -1, offset, MEBIBYTE));
    }

    CompletableFuture<FetchedPartition> consume(int version, String topic, String rack, long offset,
            int maxWaitMs) {
        return send(version, topic, parameters(FetchParameters.CONSUMER, maxWaitMs, rack),
                FetchRequestWriter.Position.ofConsumer(0, -1, offset, MEBIBYTE));
    }

    /** As the broker of this registration. */
    CompletableFuture<FetchedPartition> follow(String topic, int replicaId, long replicaEpoch, long offset,
            int maxWaitMs) {
        return send(NEWEST, topic, parameters(replicaId, replicaEpoch, maxWaitMs, ""),
                FetchRequestWriter.Position.ofConsumer(0, -1, offset, MEBIBYTE));
    }

    private static FetchParameters parameters(int replicaId, int maxWaitMs, String rack) {
        return parameters(replicaId, FetchParameters.UNKNOWN_EPOCH, maxWaitMs, rack);
    }

    private static FetchParameters parameters(int replicaId, long replicaEpoch, int maxWaitMs, String rack) {
        return new FetchParameters(replicaId, replicaEpoch, maxWaitMs, 1, MEBIBYTE, (byte) 0, 0,
                FetchParameters.NO_SESSION, rack, null);
    }

    private CompletableFuture<FetchedPartition> send(int version, String topic, FetchParameters parameters,
            FetchRequestWriter.Position position) {
        ByteBuf frame = Unpooled.buffer();
        var writer = new FetchRequestWriter();
        writer.begin(frame, version, parameters, 1);
        writer.topic(topic, cluster.image().topic(topic).id(), 1);
        writer.partition(position);
        writer.end(List.of());
        return cluster.send(handler, ApiKey.FETCH, version, frame)
                .thenApply(answer -> FetchResponse.read(answer, version).topics().get(0).partitions().get(0));
    }
}
