package io.millrace.broker.partition;

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
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ImageBuilder;
import io.millrace.broker.metadata.ImageDelta;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.Uuid;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;

/** The replicas of broker 1 in a cluster of three, with real logs, on a loop that the test steps. */
public final class TestReplicas implements AutoCloseable, IsrProposals, LeadershipListener {
    public static final int OWN_ID = 1;
    public static final long LAG_MS = 10_000;
    private static final String TOPIC = "orders";
    private static final int SELDOM_MS = 3_600_000;

    public final SteppedLoop loop = new SteppedLoop();
    final List<Proposal> proposals = new ArrayList<>();
    final Map<Integer, Long> liveEpochs = new HashMap<>(Map.of(1, 11L, 2, 12L, 3, 13L));
    private CompletableFuture<Outcome> answer = new CompletableFuture<>();
    private final StoragePool pool = new StoragePool(2);
    private final Uuid topicId = Uuid.random();
    private final LogDirectory logs;
    private final PartitionTable table;
    private ClusterImage image = ClusterImage.empty("test");

    public TestReplicas(Path folder, DiskCalls calls, FollowingListener followings) throws IOException {
        this(folder, calls, followings, Map.of());
    }

    TestReplicas(Path folder, DiskCalls calls, FollowingListener followings, Map<String, String> configs)
            throws IOException {
        logs = LogDirectory.open(folder,
                new LogResources(pool, new ResidentBudget(ResidentBudget.DEFAULT_BYTES),
                        InstantSource.system(), calls),
                new DirectorySettings(SELDOM_MS, SELDOM_MS, SELDOM_MS, SELDOM_MS, 1 << 20));
        var settings = LogSettings.of(Settings.parse(TopicSettings.CATALOG, configs));
        table = new PartitionTable(new PartitionTable.Wiring(
                new ReplicaContext(OWN_ID, id -> liveEpochs.getOrDefault(id, -1L), this, followings, this,
                        LAG_MS, () -> true, image -> true),
                List.of(loop), new Store(logs), (image, topic) -> settings, InstantSource.system()));
        apply(List.of(new MetadataRecord.TopicCreated(TOPIC, topicId)));
    }

    private record Store(LogDirectory logs) implements LogStore {
        @Override
        public CompletableFuture<PartitionLog> open(Wanted wanted) {
            return logs.open(new PartitionName(wanted.topic(), wanted.partition()), wanted.topicId(),
                    wanted.owner(), wanted.settings());
        }

        @Override
        public CompletableFuture<Void> delete(String topic, Uuid topicId, int partition) {
            return logs.delete(new PartitionName(topic, partition), topicId);
        }
    }

    private void apply(List<MetadataRecord> records) {
        var next = ImageBuilder.fold(image, records, image.version() + 1);
        table.onImage(ImageDelta.between(image, next), next);
        image = next;
    }

    /** The controller's word on some partitions; returns when it is carried out. */
    public void apply(PartitionImage... states) {
        apply(List.of(new MetadataRecord.PartitionsChanged(topicId, List.of(states))));
        for (var state : states) {
            loop.runUntil("the log of " + state.index(),
                    () -> partition(state.index()) == null || !partition(state.index()).isOpening());
        }
    }

    public Partition partition(int index) {
        return table.find(topicId, index);
    }

    public static ByteBuf batch(long baseOffset, int leaderEpoch, int records) {
        var values = new SimpleRecord[records];
        for (int i = 0; i < records; i++) {
            values[i] = new SimpleRecord(1_000, null, new byte[10]);
        }
        return Unpooled.wrappedBuffer(
                MemoryRecords.withRecords(baseOffset, Compression.NONE, leaderEpoch, values).buffer());
    }

    /** How the controller answers from now on; proposals are kept. */
    void answer(CompletableFuture<Outcome> next) {
        answer = next;
    }

    @Override
    public CompletableFuture<Outcome> propose(Proposal proposal) {
        proposals.add(proposal);
        return answer;
    }

    @Override
    public void leads(Partition partition) {
        // nobody has to be told
    }

    @Override
    public void resigns(Partition partition) {
        // nobody has to be told
    }

    @Override
    public void close() throws IOException {
        var closing = CompletableFuture.runAsync(() -> {
            try {
                logs.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        loop.runUntil("the logs to close", closing::isDone);
        closing.join();
        pool.close();
    }
}
