package io.millrace.broker.controller;

import io.millrace.broker.controller.decision.TestSettings;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.Endpoint;
import io.millrace.broker.metadata.MetadataFollower;
import io.millrace.broker.zookeeper.BrokerRegistrar;
import io.millrace.broker.zookeeper.Incarnation;
import io.millrace.broker.zookeeper.ZooKeeperAddress;
import io.millrace.broker.zookeeper.ZooKeeperCluster;
import io.millrace.broker.zookeeper.ZooKeeperSession;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import java.net.ConnectException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The metadata side of one broker, wired as a broker wires it. */
final class TestNode implements RemoteController, AutoCloseable {
    static final int SESSION_TIMEOUT_MS = 5000;

    final MetadataFollower follower;
    final MetadataController local;
    final Controller controller;
    final ZooKeeperCluster cluster;
    final CompletableFuture<Throwable> fatal = new CompletableFuture<>();
    private final Map<Integer, TestNode> peers = new ConcurrentHashMap<>();
    private final int brokerId;
    private final CountDownLatch thaw = new CountDownLatch(1);
    private boolean frozen;
    private final ScheduledExecutorService controllerThread = Executors.newSingleThreadScheduledExecutor();
    private final ScheduledExecutorService followerThread = Executors.newSingleThreadScheduledExecutor();

    TestNode(int brokerId, ZooKeeperAddress address, Path folder) {
        this.brokerId = brokerId;
        var session = ZooKeeperSession.connect(address, SESSION_TIMEOUT_MS, 10_000);
        cluster = ZooKeeperCluster.join(session, brokerId, Incarnation.succeed(folder),
                new ZooKeeperCluster.Owners(controllerThread, followerThread));
        follower = new MetadataFollower(cluster.clusterId(), followerThread, fatal::complete);
        cluster.log().follow(follower);
        follower.caughtUp().join();
        local = new MetadataController(
                new MetadataController.Surroundings(cluster.log(), follower, cluster.election(),
                        cluster.membership(),
                        controllerThread, new Random()),
                TestSettings.ALL);
        controller = new RoutedController(brokerId, follower, local, this, controllerThread, List.of());
    }

    /** Registers and returns when this node's image shows it, its leaders elected. */
    TestNode register() throws Exception {
        long epoch = cluster.register(new BrokerRegistrar.Announcement(brokerId,
                List.of(new Endpoint("PLAINTEXT", "PLAINTEXT", "localhost", 9092 + brokerId)), null, -1))
                .get(20,
                        TimeUnit.SECONDS);
        local.start();
        await(image -> image.isLive(brokerId) && image.broker(brokerId).epoch() == epoch);
        return this;
    }

    /** From now on this node can pass requests on to the other. */
    void meet(TestNode other) {
        peers.put(other.brokerId, other);
    }

    @Override
    public <R extends ApiMessage> CompletableFuture<Forwarded<R>> forward(int toBroker,
            ApiRequest<R> request) {
        var peer = peers.get(toBroker);
        if (peer == null) {
            return CompletableFuture.failedFuture(new ConnectException("broker " + toBroker));
        }
        return peer.local.decide(request)
                .thenApply(response -> new Forwarded<>(peer.follower.image().version(), response));
    }

    ClusterImage await(Predicate<ClusterImage> condition) throws Exception {
        return follower.whenImage(condition).get(20, TimeUnit.SECONDS);
    }

    /** As if the process were gone, but with its session still alive: what a restart meets at worst. */
    void freeze() {
        frozen = true;
        for (var thread : List.of(controllerThread, followerThread)) {
            thread.execute(() -> {
                try {
                    thaw.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
    }

    /** Closes as a broker does: withdraws, then ends the session. */
    @Override
    public void close() {
        if (!frozen) {
            local.close();
        }
        cluster.close();
        thaw.countDown();
        controllerThread.shutdown();
        followerThread.shutdown();
    }
}
