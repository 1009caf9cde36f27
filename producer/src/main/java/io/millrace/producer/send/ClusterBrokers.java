package io.millrace.producer.send;

import io.millrace.protocol.client.ClusterClient;
import io.millrace.protocol.client.PeerVersions;
import io.millrace.protocol.client.Query;
import io.millrace.protocol.client.Route;
import io.millrace.protocol.cluster.Node;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.data.CurrentLeader;
import io.millrace.protocol.data.NodeEndpoint;
import io.millrace.protocol.message.transaction.InitProducerId;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** The brokers behind a {@link ClusterClient}, on whose loop all of this runs. */
public final class ClusterBrokers implements Brokers {
    private static final int IDENTITY_TIMEOUT_MS = 60_000;
    private static final long WRITABLE_CHECK_NS = 1_000_000;

    private final ClusterClient client;
    private final SendRules rules;
    private final ProduceEncoder encoder;
    private Runnable onWritable = () -> {};

    public ClusterBrokers(ClusterClient client, SendRules rules) {
        this.client = client;
        this.rules = rules;
        this.encoder = new ProduceEncoder(rules);
    }

    /** What to do when a node takes requests again whose answers nobody waits for. */
    public void onWritable(Runnable task) {
        onWritable = task;
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
    public int leaderOf(TopicPartition partition) {
        var leader = client.view().leaderOf(partition.topic(), partition.partition());
        return leader == null ? NO_NODE : leader.id();
    }

    @Override
    public boolean isReady(int nodeId) {
        var connection = client.ready(nodeId);
        if (connection == null) {
            return false;
        }
        boolean mustWait = !rules.isAnswered() && !connection.isWritable();
        if (mustWait) {
            after(WRITABLE_CHECK_NS, onWritable);
        }
        return !mustWait;
    }

    @Override
    public void send(int nodeId, ProduceCall call) {
        var connection = client.ready(nodeId);
        int version = connection == null ? PeerVersions.NONE : connection.versions().highest(ApiKey.PRODUCE);
        if (version == PeerVersions.NONE) {
            after(0, () -> call.failed(new ApiException(ErrorCode.UNSUPPORTED_VERSION,
                    "node " + nodeId + " is gone, or takes no records of our format")));
        } else {
            encoder.send(connection, version, call, client.view());
        }
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

    @Override
    public CompletableFuture<Identity> newIdentity() {
        var identity = new CompletableFuture<Identity>();
        var request = new InitProducerId.Request(null, Integer.MAX_VALUE, Identity.NONE.producerId(),
                Identity.NONE.epoch());
        client.send(new Route.Any(), Query.of(request, InitProducerId.Response::errorCode),
                IDENTITY_TIMEOUT_MS)
                .whenComplete((answer, failure) -> {
                    if (failure == null) {
                        identity.complete(new Identity(answer.producerId(), answer.producerEpoch()));
                    } else {
                        identity.completeExceptionally(failure);
                    }
                });
        return identity;
    }
}
