package io.millrace.consumer.fetch;

import io.millrace.consumer.position.OffsetAndMetadata;
import io.millrace.consumer.position.Position;
import io.millrace.protocol.client.ClusterClient;
import io.millrace.protocol.client.PeerVersions;
import io.millrace.protocol.client.Route;
import io.millrace.protocol.cluster.ClusterView;
import io.millrace.protocol.cluster.Node;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.data.CurrentLeader;
import io.millrace.protocol.data.NodeEndpoint;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** The brokers behind a {@link ClusterClient}, on whose loop all of this runs. */
public final class ClusterBrokers implements Brokers {
    private final ClusterClient client;
    private final FetchRules rules;
    private final FetchEncoder encoder;
    private final Function<Set<TopicPartition>, CompletableFuture<Map<TopicPartition, OffsetAndMetadata>>> commits;

    /** The last one looks up what the group has committed. */
    public ClusterBrokers(ClusterClient client, FetchRules rules,
            Function<Set<TopicPartition>, CompletableFuture<Map<TopicPartition, OffsetAndMetadata>>> commits) {
        this.client = client;
        this.rules = rules;
        this.commits = commits;
        encoder = new FetchEncoder(rules);
    }

    @Override
    public long nowNs() {
        return System.nanoTime();
    }

    @Override
    public void after(long delayNs, Runnable task) {
        client.loop().schedule(task, delayNs, TimeUnit.NANOSECONDS);
    }

    @Override
    public ClusterView view() {
        return client.view();
    }

    @Override
    public boolean isReady(int nodeId) {
        return client.ready(nodeId) != null;
    }

    @Override
    public void fetch(int nodeId, FetchCall call) {
        var connection = client.ready(nodeId);
        int version = connection == null ? PeerVersions.NONE : connection.versions().highest(ApiKey.FETCH);
        if (version == PeerVersions.NONE) {
            after(0, () -> call.outcome().failed(new ApiException(ErrorCode.UNSUPPORTED_VERSION,
                    "node " + nodeId + " is gone, or sends no records of our format")));
        } else {
            encoder.send(connection, version, call);
        }
    }

    @Override
    public CompletableFuture<Map<TopicPartition, FoundOffset>> offsets(int nodeId,
            Map<TopicPartition, Long> timestamps) {
        return client.send(new Route.ToNode(nodeId), OffsetQueries.listOffsets(timestamps,
                rules.isolationLevel(), rules.requestTimeoutMs(), view()), rules.requestTimeoutMs())
                .thenApply(OffsetQueries::found);
    }

    @Override
    public CompletableFuture<Map<TopicPartition, FoundOffset>> epochEnds(int nodeId,
            Map<TopicPartition, Position> positions) {
        return client.send(new Route.ToNode(nodeId), OffsetQueries.epochEnds(positions, view()),
                rules.requestTimeoutMs()).thenApply(OffsetQueries::found).exceptionally(failure -> {
                    var cause = failure instanceof CompletionException ? failure.getCause() : failure;
                    if (cause instanceof ApiException refusal
                            && refusal.errorCode() == ErrorCode.UNSUPPORTED_VERSION) {
                        return OffsetQueries.unchecked(positions);
                    }
                    throw new CompletionException(cause);
                });
    }

    @Override
    public CompletableFuture<Map<TopicPartition, OffsetAndMetadata>> committed(
            Set<TopicPartition> partitions) {
        return commits.apply(partitions);
    }

    @Override
    public void refresh() {
        client.refresh();
    }

    @Override
    public void hint(TopicPartition partition, CurrentLeader leader, List<NodeEndpoint> endpoints) {
        var node = client.view().node(leader.leaderId());
        for (var endpoint : endpoints) {
            if (endpoint.nodeId() == leader.leaderId()) {
                node = new Node(endpoint.nodeId(), endpoint.host(), endpoint.port(), endpoint.rack());
            }
        }
        if (node != null) {
            client.hint(partition, node, leader.leaderEpoch());
        }
    }
}
