package io.millrace.broker.peer;

import io.millrace.broker.metadata.BrokerRegistration;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ImageDelta;
import io.millrace.broker.metadata.MetadataListener;
import io.millrace.protocol.client.Connection;
import io.millrace.protocol.client.ConnectionFailure;
import io.millrace.protocol.client.ConnectionFailure.Kind;
import io.millrace.protocol.client.Connector;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * One connection to each other broker, opened when it is first wanted. State belongs to the event loop. A connection
 * ends with the registration of its broker, so that what waits for a broker that is gone does not wait for ever.
 */
public final class PeerConnections implements MetadataListener {
    private final Supplier<ClusterImage> image;
    private final String listener;
    private final Connector connector;
    private final EventLoop loop;
    private final Map<Integer, Peer> peers = new HashMap<>();

    private record Peer(long brokerEpoch, CompletableFuture<Connection> connection) {
        boolean isOf(BrokerRegistration broker) {
            return broker != null && broker.epoch() == brokerEpoch;
        }
    }

    public PeerConnections(Supplier<ClusterImage> image, String listener, Connector connector,
            EventLoop loop) {
        this.image = image;
        this.listener = listener;
        this.connector = connector;
        this.loop = loop;
    }

    /** The connection, open; fails with a ConnectionFailure. From any thread; completes on the loop. */
    public CompletableFuture<Connection> to(int brokerId) {
        var opened = new CompletableFuture<Connection>();
        loop.execute(() -> find(brokerId).whenComplete((connection, failure) -> {
            if (failure == null) {
                opened.complete(connection);
            } else {
                opened.completeExceptionally(failure);
            }
        }));
        return opened;
    }

    /** The connection if it is open already, else null. On the loop. */
    Connection open(int brokerId) {
        var broker = image.get().broker(brokerId);
        var peer = peers.get(brokerId);
        boolean isOpen = peer != null && peer.isOf(broker) && !peer.connection.isCompletedExceptionally();
        return isOpen ? peer.connection.getNow(null) : null;
    }

    private CompletableFuture<Connection> find(int brokerId) {
        var broker = image.get().broker(brokerId);
        var peer = peers.get(brokerId);
        if (peer != null && peer.isOf(broker)) {
            return peer.connection;
        }
        drop(brokerId);
        var endpoint = broker == null ? null : broker.endpoint(listener);
        if (endpoint == null) {
            return CompletableFuture.failedFuture(new ConnectionFailure(Kind.UNREACHABLE, "broker " + brokerId
                    + (broker == null ? " is not registered" : " has no listener " + listener)));
        }
        var connection = connector.connect(loop, endpoint.host(), endpoint.port());
        var opening = new Peer(broker.epoch(), connection);
        peers.put(brokerId, opening);
        connection.whenComplete((opened, failure) -> {
            if (failure == null) {
                opened.ended().thenRun(() -> peers.remove(brokerId, opening));
            } else {
                peers.remove(brokerId, opening);
            }
        });
        return connection;
    }

    @Override
    public void onImage(ImageDelta delta, ClusterImage next) {
        for (int id : delta.changedBrokers()) {
            loop.execute(() -> dropUnless(id, next.broker(id)));
        }
    }

    private void dropUnless(int brokerId, BrokerRegistration now) {
        var peer = peers.get(brokerId);
        if (peer != null && (now == null || peer.brokerEpoch < now.epoch())) {
            drop(brokerId);
        }
    }

    private void drop(int brokerId) {
        var peer = peers.remove(brokerId);
        if (peer != null) {
            peer.connection.thenAccept(Connection::close);
        }
    }
}
