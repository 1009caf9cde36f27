package io.millrace.broker.request;

import io.millrace.broker.log.LogDirectory;
import io.millrace.broker.log.LogResources;
import io.millrace.broker.log.PartitionLog;
import io.millrace.broker.log.StoragePool;
import io.millrace.broker.log.disk.DiskCalls;
import io.millrace.broker.log.file.PartitionName;
import io.millrace.broker.log.region.ResidentBudget;
import io.millrace.broker.log.setting.DirectorySettings;
import io.millrace.broker.log.setting.LogSettings;
import io.millrace.broker.log.setting.TopicSettings;
import io.millrace.broker.metadata.BrokerRegistration;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ConfigResource;
import io.millrace.broker.metadata.Endpoint;
import io.millrace.broker.metadata.MetadataBatch;
import io.millrace.broker.metadata.MetadataFollower;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.partition.Append;
import io.millrace.broker.partition.FollowingListener;
import io.millrace.broker.partition.LeadershipListener;
import io.millrace.broker.partition.LogStore;
import io.millrace.broker.partition.Partition;
import io.millrace.broker.partition.PartitionTable;
import io.millrace.broker.partition.ReplicaContext;
import io.millrace.protocol.codec.Api;
import io.millrace.protocol.codec.ApiMessage;
import io.millrace.protocol.codec.ApiRequest;
import io.millrace.protocol.codec.Codec;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ApiKey;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** Broker 0 of a cluster of two whose image a test makes by hand, with real logs; asks handlers as a client does. */
public final class TestCluster implements AutoCloseable {
    public static final int OWN_ID = 0;
    public static final int OTHER_ID = 1;

    private static final long DEADLINE_S = 20;
    private static final int SELDOM_MS = 3_600_000;

    private final EventExecutor loop = new DefaultEventLoop();
    private final StoragePool pool = new StoragePool(2);
    private final LogDirectory logs;
    private final PartitionTable partitions;
    private final List<MetadataBatch> history = new ArrayList<>();
    private volatile boolean mayServe = true;
    private final AtomicReference<CompletableFuture<Void>> gate = new AtomicReference<>(
            CompletableFuture.completedFuture(null));
    private final MetadataFollower follower = new MetadataFollower("test", Runnable::run, failure -> {
        throw failure;
    });

    public TestCluster(Path folder) throws IOException {
        this(folder, DiskCalls.SYSTEM, List.of());
    }

    public TestCluster(Path folder, DiskCalls calls) throws IOException {
        this(folder, calls, List.of());
    }

    /** The broker as it starts again on the same folder, in a cluster whose metadata log holds this already. */
    public TestCluster(Path folder, List<MetadataBatch> past) throws IOException {
        this(folder, DiskCalls.SYSTEM, past);
    }

    private TestCluster(Path folder, DiskCalls calls, List<MetadataBatch> past) throws IOException {
        logs = LogDirectory.open(folder,
                new LogResources(pool, new ResidentBudget(ResidentBudget.DEFAULT_BYTES),
                        InstantSource.system(), calls),
                new DirectorySettings(SELDOM_MS, SELDOM_MS, SELDOM_MS, SELDOM_MS, 1 << 20));
        partitions = new PartitionTable(
                new PartitionTable.Wiring(new ReplicaContext(OWN_ID, id -> id + 1L,
                        proposal -> new CompletableFuture<>(), FollowingListener.NONE, new NoListener(),
                        30_000, () -> mayServe, image -> true),
                        List.of(loop), new Store(logs, gate),
                        (image, topic) -> LogSettings
                                .of(Settings.parse(TopicSettings.CATALOG, image.topicConfigs(topic))),
                        InstantSource.system()));
        follower.addListener(partitions);
        past.forEach(this::apply);
        follower.onCaughtUp();
        if (past.isEmpty()) {
            apply(List.of(joined(OWN_ID), joined(OTHER_ID)));
        }
    }

    private record Store(LogDirectory logs,
            AtomicReference<CompletableFuture<Void>> gate) implements LogStore {
        @Override
        public CompletableFuture<PartitionLog> open(Wanted wanted) {
            return gate.get()
                    .thenCompose(nothing -> logs.open(new PartitionName(wanted.topic(), wanted.partition()),
                            wanted.topicId(),
                            wanted.owner(), wanted.settings()));
        }

        @Override
        public CompletableFuture<Void> delete(String topic, Uuid topicId, int partition) {
            return logs.delete(new PartitionName(topic, partition), topicId);
        }
    }

    private record NoListener() implements LeadershipListener {
        @Override
        public void leads(Partition partition) {}

        @Override
        public void resigns(Partition partition) {}
    }

    private static MetadataRecord joined(int id) {
        return new MetadataRecord.BrokerJoined(new BrokerRegistration(id, id + 1L, Uuid.random(),
                List.of(new Endpoint("PLAINTEXT", "PLAINTEXT", "broker" + id, 9092)), "rack" + id, -1));
    }

    private void apply(List<MetadataRecord> records) {
        apply(new MetadataBatch(1, records));
    }

    private void apply(MetadataBatch entry) {
        history.add(entry);
        follower.onEntry(history.size(), entry);
    }

    /** All entries of the metadata log. */
    public List<MetadataBatch> history() {
        return history;
    }

    public void deleteTopic(String name) {
        apply(List.of(new MetadataRecord.TopicDeleted(image().topic(name).id())));
    }

    /** Whether this broker may serve clients, or may have been replaced. */
    public void mayServe(boolean next) {
        mayServe = next;
    }

    /** From now on logs open only when the answer is completed, or fail to. */
    public CompletableFuture<Void> holdOpening() {
        var opening = new CompletableFuture<Void>();
        gate.set(opening);
        return opening;
    }

    /** A topic whose partitions all have this leader, at epoch 5, and waits until its logs are open. */
    public void createTopic(String name, int partitionCount, int leader, Map<String, String> configs) {
        announceTopic(name, partitionCount, leader, configs);
        for (int i = 0; i < partitionCount; i++) {
            var opened = new CompletableFuture<Void>();
            partition(name, i).whenOpen(() -> opened.complete(null));
            await(opened);
        }
    }

    /** The same without waiting. */
    public void announceTopic(String name, int partitionCount, int leader, Map<String, String> configs) {
        var id = Uuid.random();
        var states = new ArrayList<PartitionImage>();
        for (int i = 0; i < partitionCount; i++) {
            states.add(new PartitionImage(i, List.of(OWN_ID, OTHER_ID), List.of(leader), leader, 5, 0));
        }
        var records = new ArrayList<MetadataRecord>(List.of(
                new MetadataRecord.TopicCreated(name, id), new MetadataRecord.PartitionsChanged(id, states)));
        configs.forEach((key, value) -> records.add(new MetadataRecord.ConfigChanged(
                ConfigResource.Type.TOPIC.code(), name, key, value)));
        apply(records);
    }

    /** What the controller decides about partition 0 next; the leader epoch tells whether it is an election. */
    public void change(String topic, int leader, int leaderEpoch, List<Integer> isr) {
        var now = image().topic(topic);
        var next = now.partition(0).edit().leader(leader).isr(isr)
                .build(leaderEpoch, now.partition(0).partitionEpoch() + 1);
        apply(List.of(new MetadataRecord.PartitionsChanged(now.id(), List.of(next))));
        await(CompletableFuture.runAsync(() -> {}, loop));
    }

    /** Configs of a broker, or of all of them if the name is empty. */
    public void configureBroker(String broker, String name, String value) {
        apply(List.of(
                new MetadataRecord.ConfigChanged(ConfigResource.Type.BROKER.code(), broker, name, value)));
    }

    /** One batch with a record for each timestamp. */
    public void append(String topic, long... timestampsMs) {
        var records = new SimpleRecord[timestampsMs.length];
        for (int i = 0; i < records.length; i++) {
            records[i] = new SimpleRecord(timestampsMs[i], null, new byte[10]);
        }
        var batch = Unpooled.wrappedBuffer(MemoryRecords.withRecords(Compression.NONE, records).buffer());
        await(append(topic, batch, false));
    }

    /** One batch of any kind; the future completes with its outcome. */
    public CompletableFuture<Append> append(String topic, ByteBuf batch, boolean needsAllReplicas) {
        var done = new CompletableFuture<Append>();
        var partition = partition(topic, 0);
        partition.owner()
                .execute(() -> partition.append(new Append(batch, needsAllReplicas, done::complete)));
        return done;
    }

    public Partition partition(String topic, int index) {
        return partitions.find(image().topic(topic).id(), index);
    }

    public PartitionTable partitions() {
        return partitions;
    }

    public ClusterImage image() {
        return follower.image();
    }

    /** The handler's answer as a client of this version reads it. */
    public <Q extends ApiRequest<R>, R extends ApiMessage> R ask(
            Handler<Q, R> handler, Class<R> responseType, Q request, int version) {
        var api = responseType.getEnclosingClass().getAnnotation(Api.class).value();
        var client = new Client(loop, new CompletableFuture<>());
        var exchange = new Exchange(client, api, (short) version, 1, "test", Unpooled.EMPTY_BUFFER);
        var answer = new CompletableFuture<R>();
        loop.execute(() -> handler.handle(request, exchange, answer::complete));
        var codec = Codec.of(responseType, (short) version);
        ByteBuf bytes = Unpooled.buffer();
        codec.write(await(answer), bytes);
        return codec.read(bytes);
    }

    /** Hands a request to a handler as the core loop does, and returns at once; the answer begins after its header. */
    public CompletableFuture<ByteBuf> send(RawHandler handler, ApiKey api, int version, ByteBuf body) {
        var client = new Client(loop, new CompletableFuture<>());
        var exchange = new Exchange(client, api, (short) version, 1, "test", body);
        if (loop.inEventLoop()) {
            handler.handle(body, exchange);
        } else {
            loop.execute(() -> handler.handle(body, exchange));
        }
        int headerBytes = api.responseHeaderVersion(version) > 0 ? 9 : 8;
        return client.answer.thenApply(frame -> frame.skipBytes(headerBytes));
    }

    /** Runs what a client does, on the core loop of all. */
    public void onLoop(Runnable task) {
        loop.execute(task);
    }

    private record Client(EventExecutor loop, CompletableFuture<ByteBuf> answer) implements Exchange.Channel {
        @Override
        public ConnectionInfo info() {
            var local = new InetSocketAddress(InetAddress.getLoopbackAddress(), 9092);
            var remote = new InetSocketAddress(InetAddress.getLoopbackAddress(), 40_000);
            return new ConnectionInfo("PLAINTEXT", local, remote);
        }

        @Override
        public ByteBufAllocator allocator() {
            return ByteBufAllocator.DEFAULT;
        }

        @Override
        public void answered(Exchange exchange) {
            answer.complete(Unpooled.wrappedBuffer(exchange.response().toArray(ByteBuf[]::new)));
        }

        @Override
        public void close(String reason) {
            throw new AssertionError("connection closed: " + reason);
        }
    }

    public static <T> T await(CompletableFuture<T> future) {
        return future.orTimeout(DEADLINE_S, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() throws IOException {
        logs.close();
        loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        pool.close();
    }
}
