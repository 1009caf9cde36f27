package io.millrace.broker.server;

import io.millrace.broker.controller.MetadataController;
import io.millrace.broker.controller.RemoteController;
import io.millrace.broker.controller.RoutedController;
import io.millrace.broker.coordinator.group.GroupCoordinators;
import io.millrace.broker.log.CrashedLogs;
import io.millrace.broker.log.LogResources;
import io.millrace.broker.log.StoragePool;
import io.millrace.broker.log.disk.DiskCalls;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.log.region.ResidentBudget;
import io.millrace.broker.log.setting.DirectorySettings;
import io.millrace.broker.log.setting.LogSettings;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.Endpoint;
import io.millrace.broker.metadata.ImageDelta;
import io.millrace.broker.metadata.MetadataFollower;
import io.millrace.broker.partition.PartitionTable;
import io.millrace.broker.partition.ReplicaContext;
import io.millrace.broker.partition.fetcher.CopyPace;
import io.millrace.broker.partition.fetcher.SendPace;
import io.millrace.broker.partition.fetcher.FetcherSettings;
import io.millrace.broker.partition.fetcher.Peers;
import io.millrace.broker.partition.fetcher.ReplicaFetchers;
import io.millrace.broker.request.Router;
import io.millrace.broker.request.data.FetchHandler;
import io.millrace.broker.request.data.FetchSessions;
import io.millrace.broker.request.data.LeaderHints;
import io.millrace.broker.request.data.NearestReplica;
import io.millrace.broker.request.data.PartitionReader;
import io.millrace.broker.request.data.ProduceHandler;
import io.millrace.broker.request.data.TopicLookup;
import io.millrace.broker.request.group.OffsetCommitHandler;
import io.millrace.broker.request.group.OffsetFetchHandler;
import io.millrace.broker.request.topic.DeleteRecordsHandler;
import io.millrace.broker.server.setting.BrokerSettings;
import io.millrace.broker.server.setting.TopicLogSettings;
import io.millrace.broker.simulation.machine.Machine;
import io.millrace.broker.simulation.machine.Schedule;
import io.millrace.broker.simulation.machine.StepLoop;
import io.millrace.broker.zookeeper.BrokerRegistrar;
import io.millrace.broker.zookeeper.Incarnation;
import io.millrace.broker.zookeeper.SessionLease;
import io.millrace.broker.zookeeper.SimulatedZooKeeper;
import io.millrace.broker.zookeeper.ZooKeeperCluster;
import io.millrace.protocol.message.group.OffsetCommit;
import io.millrace.protocol.message.group.OffsetFetch;
import io.millrace.protocol.message.topic.DeleteRecords;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ApiKey;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** One process of a broker, wired as {@link Broker} wires it, on a machine that a schedule steps. */
public final class SimulatedBroker {
    private static final int FETCH_BYTES = 1 << 20;
    private static final int SESSIONS = 100;
    private static final int SEGMENT_BYTES = 12 << 10;
    private static final DirectorySettings DIRECTORY = new DirectorySettings(3000, 2500, 3_600_000, 3_600_000,
            0);

    /** What is outside of the process. */
    public record Outside(SimulatedZooKeeper zookeeper, Peers peers, RemoteController controllers,
            Path folder,
            DiskCalls disk, Consumer<Throwable> whenFatal) {}

    private final int id;
    private final Machine machine;
    private final Outside outside;
    private final Settings settings;
    private final List<StepLoop> loops;
    private final StepLoop controllerLoop;
    private final LogDirectories logs;
    private final ZooKeeperCluster cluster;
    private final MetadataFollower follower;
    private final MetadataController localController;
    private final RoutedController controller;
    private final GroupCoordinators groups;
    private final PartitionTable partitions;
    private final Router router = new Router();
    private boolean isServing;

    /** Starts it; {@code intactEpoch} is that of a predecessor whose records are all there, or -1. */
    public SimulatedBroker(Machine machine, Outside outside, Settings settings, Incarnation incarnation,
            long intactEpoch) throws IOException {
        this.id = settings.get(BrokerSettings.BROKER_ID);
        this.machine = machine;
        this.outside = outside;
        this.settings = settings;
        loops = List.of(machine.loop("core-0"), machine.loop("core-1"));
        controllerLoop = machine.loop("controller");
        var followerLoop = machine.loop("metadata");
        cluster = ZooKeeperCluster.join(outside.zookeeper.connect(machine), id, incarnation,
                new ZooKeeperCluster.Owners(controllerLoop, followerLoop),
                new SessionLease.Clock(schedule()::nanoTime, schedule()::millis));
        follower = new MetadataFollower(cluster.clusterId(), followerLoop, outside.whenFatal::accept);
        localController = new MetadataController(new MetadataController.Surroundings(cluster.log(), follower,
                cluster.election(), cluster.membership(), controllerLoop, schedule().random()), settings);
        follower.addListener(this::noteOwnState);
        controllerLoop.scheduleWithFixedDelay(localController::balanceLeaders, 3, 3, TimeUnit.SECONDS);
        controller = new RoutedController(id, follower, localController, outside.controllers, loops.get(0),
                List.of());
        var pool = new StoragePool(machine.storageThread("ahead"), machine.storagePool("storage"));
        logs = new LogDirectories(List.of(outside.folder), new LogResources(pool,
                new ResidentBudget(ResidentBudget.DEFAULT_BYTES), schedule(), outside.disk), DIRECTORY,
                outside.whenFatal::accept);
        groups = new GroupCoordinators(settings, follower::image, schedule(), this::mayServe);
        partitions = table(pool);
        follower.addListener(partitions);
        route();
        enter(intactEpoch);
    }

    private Schedule schedule() {
        return machine.schedule();
    }

    private void noteOwnState(ImageDelta delta, ClusterImage image) {
        long own = cluster.registrar().epoch();
        if (own >= 0 && !image.isLive(id) && image.hasDeparted(id, own)) {
            cluster.registrar().renew(own);
        } else if (isShown(image)) {
            cluster.registrar().takenIn(image.broker(id).epoch());
        }
    }

    private boolean isShown(ClusterImage image) {
        var broker = image.broker(id);
        return broker != null && broker.incarnation().equals(cluster.incarnation());
    }

    private PartitionTable table(StoragePool pool) {
        var failures = new FailedReplicas(id, controller, follower::image, pool::schedule);
        follower.addListener(failures);
        var fetchers = new ReplicaFetchers(loops, outside.peers, id, () -> liveEpoch(id),
                FetcherSettings.of(settings), CopyPace.UNLIMITED);
        var replicas = new ReplicaContext(id, this::liveEpoch,
                new IsrRequests(controller, id, () -> liveEpoch(id), loops.get(0)), fetchers,
                new OffsetsLeadership(groups, schedule(), failures), FetcherSettings.of(settings).lagMs(),
                this::mayServe,
                this::isShown);
        var topics = new TopicLogSettings(settings);
        return new PartitionTable(new PartitionTable.Wiring(replicas, loops, logs,
                (image, topic) -> withSmallSegments(topics.of(image, topic)), schedule()));
    }

    private static LogSettings withSmallSegments(LogSettings s) {
        return new LogSettings(SEGMENT_BYTES, s.segmentMs(), 0, s.indexBytes(), 512, s.retentionBytes(),
                s.retentionMs(), 100, s.flushMessages(), s.flushMs(), s.deletes(), s.compacts(),
                s.minCleanableDirtyRatio(), s.minCompactionLagMs(), s.maxCompactionLagMs(),
                s.deleteRetentionMs(), s.preallocates(), s.maxMessageBytes(), s.maxDecompressedMessageBytes(),
                s.isLogAppendTime(), s.timestampBeforeMaxMs(), s.timestampAfterMaxMs(), s.minInsyncReplicas(),
                s.compression());
    }

    private long liveEpoch(int broker) {
        var live = follower.image().broker(broker);
        return live == null ? -1 : live.epoch();
    }

    private void route() {
        var topics = new TopicLookup(follower::image);
        var hints = new LeaderHints(follower::image);
        router.onRaw(ApiKey.PRODUCE, new ProduceHandler(partitions, topics, hints));
        var nearest = new NearestReplica(follower::image, settings.get(BrokerSettings.REPLICA_SELECTOR));
        router.onRaw(ApiKey.FETCH,
                new FetchHandler(new PartitionReader(partitions, topics, hints, nearest, SendPace.UNLIMITED),
                        hints, new FetchSessions(SESSIONS, schedule()), FETCH_BYTES));
        router.on(DeleteRecords.Request.class, DeleteRecords.Response.class,
                new DeleteRecordsHandler(follower::image, partitions));
        router.on(OffsetCommit.Request.class, OffsetCommit.Response.class, new OffsetCommitHandler(groups));
        router.on(OffsetFetch.Request.class, OffsetFetch.Response.class, new OffsetFetchHandler(groups));
    }

    private void enter(long intactEpoch) {
        cluster.log().follow(follower);
        localController.start();
        var endpoints = List.of(new Endpoint("PLAINTEXT", "PLAINTEXT", "broker" + id, 9092));
        cluster.register(new BrokerRegistrar.Announcement(id, endpoints, null, intactEpoch))
                .thenCompose(epoch -> follower.whenImage(image -> isShownAt(image, epoch)))
                .thenCompose(image -> cluster.lease().begin(false, this::catchUp))
                .whenComplete((begun, failure) -> {
                    if (failure != null) {
                        outside.whenFatal.accept(failure);
                        return;
                    }
                    logs.started();
                    setAsideStrays(image());
                    isServing = true;
                    schedule().note(machine + " serves, epoch " + cluster.registrar().epoch());
                });
    }

    private boolean isShownAt(ClusterImage image, long epoch) {
        return image.isLive(id) && image.broker(id).epoch() >= epoch;
    }

    /** Whatever was decided before this call, this broker acts on it when it completes. */
    private CompletableFuture<Void> catchUp() {
        return cluster.log().extent()
                .thenCompose(extent -> follower.whenApplied(extent.newestSequence()))
                .thenCompose(applied -> follower.whenImage(image -> cluster.registrar().epoch() >= 0
                        && isShownAt(image, cluster.registrar().epoch())))
                .thenCompose(shown -> partitions.rolesTaken());
    }

    /** Whether it serves clients. */
    public boolean mayServe() {
        return cluster.lease().isHeld();
    }

    private void setAsideStrays(ClusterImage image) {
        try {
            logs.setAsideStrays(image.topics().stream()
                    .flatMap(topic -> topic.partitions().stream().filter(state -> state.hasReplica(id))
                            .map(state -> new PartitionName(topic.name(), state.index())))
                    .collect(Collectors.toSet()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A request as it arrives at the socket; the answer begins with the body. */
    public void request(ApiKey api, int version, ByteBuf body, Consumer<ByteBuf> reply) {
        if (isServing) {
            var loop = loops.get(schedule().random().nextInt(loops.size()));
            loop.execute(
                    () -> SimulatedExchange.ask(router, loop, new SimulatedExchange.Asked(api, version, body),
                            reply));
        }
    }

    public int id() {
        return id;
    }

    public Machine machine() {
        return machine;
    }

    public boolean isServing() {
        return isServing;
    }

    public StepLoop controllerLoop() {
        return controllerLoop;
    }

    public StepLoop loop() {
        return loops.get(0);
    }

    public RoutedController controller() {
        return controller;
    }

    public MetadataController localController() {
        return localController;
    }

    public ZooKeeperCluster cluster() {
        return cluster;
    }

    public ClusterImage image() {
        return follower.image();
    }

    public PartitionTable partitions() {
        return partitions;
    }

    /** Ends the process all at once; the files stay, but for what a loss of power takes. */
    public void crash(boolean losesPower, RandomGenerator random) {
        machine.kill();
        try {
            for (var directory : logs.all()) {
                if (losesPower) {
                    for (var log : directory.logs()) {
                        CrashedLogs.losePower(log, random);
                    }
                }
            }
            CrashedLogs.abandon(logs.all());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
