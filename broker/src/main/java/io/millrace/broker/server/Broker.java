package io.millrace.broker.server;

import io.millrace.broker.coordinator.group.GroupCoordinators;
import io.millrace.broker.log.LogResources;
import io.millrace.broker.log.StoragePool;
import io.millrace.broker.log.cleaner.CleanerSettings;
import io.millrace.broker.log.cleaner.LogCleaner;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.log.region.ResidentBudget;
import io.millrace.broker.log.setting.DirectorySettings;
import io.millrace.broker.partition.PartitionTable;
import io.millrace.broker.partition.move.ReplicaMoves;
import io.millrace.broker.request.Router;
import io.millrace.broker.server.setting.BrokerSettings;
import io.millrace.broker.server.setting.TopicLogSettings;
import io.millrace.broker.server.socket.CoreLoops;
import io.millrace.broker.server.socket.ListenerAddress;
import io.millrace.broker.server.socket.Listeners;
import io.millrace.broker.server.socket.SocketServer;
import io.millrace.broker.zookeeper.BrokerRegistrar;
import io.millrace.protocol.setting.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires a broker together, starts it bottom-up and stops it top-down. */
final class Broker {
    private static final Logger LOG = LoggerFactory.getLogger(Broker.class);
    private static final long STOP_GRACE_MS = 10_000;
    private static final long DRAIN_MS = 1_500;
    /** By then, who waited for the broker has been served. */
    private static final long WARM_AFTER_MS = 1_000;
    private static final long NOT_INTACT = -1;

    private final InstantSource clock = InstantSource.system();
    private final List<Path> folders;
    private final CoreLoops loops;
    private final StoragePool pool;
    private final LogDirectories logs;
    private final LogCleaner cleaner;
    private final ClusterLink cluster;
    private final GroupCoordinators groups;
    private final PartitionTable partitions;
    private final ReplicaMoves moves;
    private final SocketServer sockets;
    private final RunTimeSettings runTime;
    private final Router router;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<ListenerAddress> bound = new ArrayList<>();

    private Broker(Settings settings, Consumer<RuntimeException> onFatal) throws IOException {
        folders = BrokerSettings.dataFolders(settings);
        pool = new StoragePool(settings.get(BrokerSettings.STORAGE_THREADS));
        logs = new LogDirectories(folders,
                new LogResources(pool, new ResidentBudget(ResidentBudget.DEFAULT_BYTES), clock),
                DirectorySettings.of(settings), lost -> onFatal.accept(new UncheckedIOException(lost)));
        cleaner = new LogCleaner(CleanerSettings.of(settings), logs::compactedLogs, clock);
        loops = new CoreLoops(BrokerSettings.coreLoops(settings));
        cluster = new ClusterLink(settings, folders.get(0), onFatal);
        if (cluster.isEmbedded()) {
            logs.needs(folders.get(0));
        }
        logs.claim(cluster.clusterId(), settings.get(BrokerSettings.BROKER_ID));
        var controller = ControllerRoute.open(settings, cluster, loops, pool);
        groups = new GroupCoordinators(settings, cluster::image, clock, cluster::mayServe);
        var failures = new FailedReplicas(settings.get(BrokerSettings.BROKER_ID), controller, cluster::image,
                pool::schedule);
        partitions = new PartitionTable(new PartitionTable.Wiring(
                Replication.open(settings, cluster, loops, pool, new Replication.Ends(controller,
                        new OffsetsLeadership(groups, clock, failures))),
                loops.all(), logs, new TopicLogSettings(settings), clock));
        cluster.follower().addListener(partitions);
        cluster.follower().addListener(failures);
        cluster.follower().addListener(new DeletedTopics(groups));
        moves = new ReplicaMoves(partitions, cluster::image, logs, pool,
                settings.get(DirectorySettings.MOVE_BYTES_PER_SECOND));
        router = Requests.router(new Requests.Parts(settings, cluster, controller, partitions, groups, clock),
                new Requests.Storage(logs.all(), moves, pool::execute), loops.all().get(0));
        sockets = new SocketServer(loops, settings, router);
        runTime = new RunTimeSettings(settings, pool::execute, List.of(sockets::change,
                now -> pool.resize(now.get(BrokerSettings.STORAGE_THREADS)),
                now -> logs.expireProducersAfter(now.get(DirectorySettings.PRODUCER_EXPIRATION_MS)),
                now -> moves.changePace(now.get(DirectorySettings.MOVE_BYTES_PER_SECOND))));
        cluster.follower().addListener(runTime);
    }

    static Broker start(Settings settings, Consumer<RuntimeException> onFatal)
            throws IOException, InterruptedException {
        var listeners = Listeners.toBind(settings);
        var broker = new Broker(settings, onFatal);
        for (var listener : listeners) {
            var address = broker.sockets.bind(listener);
            broker.bound.add(new ListenerAddress(listener.name(), listener.host(), address.getPort()));
        }
        var lastBoot = new LastBoot(broker.folders);
        broker.cluster.enter(new BrokerRegistrar.Announcement(settings.get(BrokerSettings.BROKER_ID),
                Listeners.toAnnounce(settings, broker.bound), settings.get(BrokerSettings.RACK),
                broker.intactEpoch(lastBoot)), broker.partitions::rolesTaken);
        lastBoot.registered(broker.cluster.epoch());
        broker.logs.started();
        broker.runTime.settle();
        broker.logs.setAsideStrays(broker.partitionsHere(settings.get(BrokerSettings.BROKER_ID)));
        broker.moves.resume();
        broker.sockets.open();
        broker.pool.schedule(() -> broker.router.warmings().forEach(Runnable::run), WARM_AFTER_MS);
        broker.cleaner.start();
        return broker;
    }

    /** The epoch of the predecessor whose records are all still here: it stopped in order, or was only killed. */
    private long intactEpoch(LastBoot lastBoot) {
        return logs.lastCleanEpoch().orElse(lastBoot.survivingEpoch().orElse(NOT_INTACT));
    }

    /** What the cluster's metadata places on this broker. */
    private Set<PartitionName> partitionsHere(int brokerId) {
        return cluster.image().topics().stream()
                .flatMap(topic -> topic.partitions().stream().filter(state -> state.hasReplica(brokerId))
                        .map(state -> new PartitionName(topic.name(), state.index())))
                .collect(Collectors.toSet());
    }

    String readyLine() {
        return "Millrace is ready: listening on "
                + String.join(", ", bound.stream().map(ListenerAddress::toString).toList())
                + ", data in " + String.join(", ", folders.stream().map(Path::toString).toList())
                + ", cluster id " + cluster.clusterId();
    }

    /** The first listener's port. */
    int port() {
        return bound.get(0).port();
    }

    /** Returns once the broker has stopped: its own threads would not keep the process alive. */
    void awaitStop() throws InterruptedException {
        stopped.await();
    }

    /** Finishes what is in flight, leaves the cluster, closes the logs in order. */
    void stop() {
        try {
            LOG.info("Stopping");
            cluster.drain(DRAIN_MS);
            sockets.stop(STOP_GRACE_MS);
            cleaner.close();
            moves.stop();
            long epoch = cluster.epoch();
            logs.close(epoch);
            cluster.close();
            loops.stop();
            pool.close();
            LOG.info("Stopped");
        } catch (IOException e) {
            LOG.error("The logs were not closed cleanly; they will be recovered at the next start", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            stopped.countDown();
        }
    }
}
