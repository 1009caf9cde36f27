package io.millrace.broker.server;

import io.millrace.broker.controller.MetadataController;
import io.millrace.broker.controller.decision.ControllerSettings;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ControllerElection;
import io.millrace.broker.metadata.ImageDelta;
import io.millrace.broker.metadata.MetadataFollower;
import io.millrace.broker.server.setting.BrokerSettings;
import io.millrace.broker.zookeeper.BrokerRegistrar;
import io.millrace.broker.zookeeper.EmbeddedZooKeeper;
import io.millrace.broker.zookeeper.Incarnation;
import io.millrace.broker.zookeeper.ZooKeeperAddress;
import io.millrace.broker.zookeeper.ZooKeeperCluster;
import io.millrace.broker.zookeeper.ZooKeeperSession;
import io.millrace.broker.zookeeper.ZooKeeperSettings;
import io.millrace.protocol.setting.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This broker's tie to its cluster: ZooKeeper, the metadata log, and the controller. Started and stopped once. */
final class ClusterLink implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterLink.class);
    private static final String EMBEDDED_FOLDER = "zookeeper";
    private static final long START_TIMEOUT_MS = 60_000;

    private final EmbeddedZooKeeper embedded;
    private final ScheduledExecutorService controllerThread = thread("controller");
    private final ScheduledExecutorService followerThread = thread("metadata");
    private final ZooKeeperCluster cluster;
    private final MetadataFollower follower;
    private final MetadataController controller;
    private final int brokerId;

    /** Joins the cluster; {@code lockedFolder} is this broker's alone. Blocks until ZooKeeper has answered. */
    ClusterLink(Settings settings, Path lockedFolder, Consumer<RuntimeException> onFatal) {
        var connect = settings.get(ZooKeeperSettings.CONNECT);
        embedded = ZooKeeperAddress.isEmbedded(connect)
                ? EmbeddedZooKeeper.start(
                        lockedFolder.resolve(EMBEDDED_FOLDER), settings.get(ZooKeeperSettings.EMBEDDED_PORT))
                : null;
        var address = embedded != null ? embedded.address() : ZooKeeperAddress.parse(connect);
        var session = ZooKeeperSession.connect(address, settings.get(ZooKeeperSettings.SESSION_TIMEOUT_MS),
                settings.get(ZooKeeperSettings.CONNECTION_TIMEOUT_MS));
        brokerId = settings.get(BrokerSettings.BROKER_ID);
        cluster = ZooKeeperCluster.join(session, brokerId,
                Incarnation.succeed(lockedFolder),
                new ZooKeeperCluster.Owners(controllerThread, followerThread));
        follower = new MetadataFollower(cluster.clusterId(), followerThread, onFatal);
        controller = new MetadataController(
                new MetadataController.Surroundings(
                        cluster.log(), follower, cluster.election(), cluster.membership(), controllerThread,
                        new SecureRandom()),
                settings);
        follower.addListener(this::noteOwnState);
        long periodSeconds = settings.get(ControllerSettings.LEADER_CHECK_SECONDS);
        controllerThread.scheduleWithFixedDelay(controller::balanceLeaders, periodSeconds, periodSeconds,
                TimeUnit.SECONDS);
    }

    /** A broker that lives, but that others took for dead, sees it in the image. */
    private void noteOwnState(ImageDelta delta, ClusterImage image) {
        long own = epoch();
        if (own >= 0 && !image.isLive(brokerId) && image.hasDeparted(brokerId, own)) {
            cluster.registrar().renew(own);
        } else if (isShown(image)) {
            cluster.registrar().takenIn(image.broker(brokerId).epoch());
        }
    }

    /** Whether an image shows this process, and not an earlier one. */
    boolean isShown(ClusterImage image) {
        var broker = image.broker(brokerId);
        return broker != null && broker.incarnation().equals(cluster.incarnation());
    }

    private static ScheduledExecutorService thread(String name) {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Whether ZooKeeper runs in this process, with its data in the folder. */
    boolean isEmbedded() {
        return embedded != null;
    }

    String clusterId() {
        return cluster.clusterId();
    }

    MetadataFollower follower() {
        return follower;
    }

    /** The controller of this broker, which decides only while it is elected. */
    MetadataController localController() {
        return controller;
    }

    /** The newest broker epoch of this process; -1 before the first. */
    long epoch() {
        return cluster.registrar().epoch();
    }

    /** Whether clients may be served: nobody can have taken over from this broker unnoticed. Any thread. */
    boolean mayServe() {
        return cluster.lease().isHeld();
    }

    ControllerElection election() {
        return cluster.election();
    }

    ClusterImage image() {
        return follower.image();
    }

    /**
     * Follows the log, stands for election, registers; returns once the image shows this broker and clients may be served.
     * {@code rolesTaken} completes when the image that is current at the call has taken effect.
     */
    void enter(BrokerRegistrar.Announcement announcement, Supplier<CompletableFuture<Void>> rolesTaken)
            throws IOException, InterruptedException {
        cluster.log().follow(follower);
        controller.start();
        try {
            long epoch = cluster.register(announcement).get(START_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            follower.whenImage(image -> isShown(image, announcement.brokerId(), epoch))
                    .get(START_TIMEOUT_MS, TimeUnit.MILLISECONDS);
            cluster.lease().begin(isEmbedded(), () -> catchUp(rolesTaken))
                    .get(START_TIMEOUT_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IOException("Cannot join the cluster: " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("Cannot join the cluster: no controller took this broker in within "
                    + START_TIMEOUT_MS / 1000 + " s; check that the other brokers and ZooKeeper answer", e);
        }
    }

    /** Whatever was decided before this call, this broker acts on it when it completes. */
    private CompletableFuture<Void> catchUp(Supplier<CompletableFuture<Void>> rolesTaken) {
        return cluster.log().extent()
                .thenCompose(extent -> follower.whenApplied(extent.newestSequence()))
                .thenCompose(applied -> follower
                        .whenImage(image -> epoch() >= 0 && isShown(image, brokerId, epoch())))
                .thenCompose(shown -> rolesTaken.get());
    }

    private static boolean isShown(ClusterImage image, int brokerId, long epoch) {
        var broker = image.broker(brokerId);
        return broker != null && broker.epoch() >= epoch;
    }

    /** Lets others take over what this broker leads and decides, as far as they can in this time. */
    void drain(long timeoutMs) throws InterruptedException {
        if (image().brokers().size() < 2) {
            return;
        }
        try {
            cluster.registrar().drain()
                    .thenCompose(done -> follower.whenImage(image -> !image.isLive(brokerId)
                            || image.broker(brokerId).draining()))
                    .get(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("Leaders could not be moved to other brokers before the stop: {}", e.toString());
        }
        controller.close();
    }

    /** Leaves the cluster at once. */
    @Override
    public void close() {
        controller.close();
        cluster.close();
        controllerThread.shutdown();
        followerThread.shutdown();
        if (embedded != null) {
            embedded.close();
        }
    }
}
