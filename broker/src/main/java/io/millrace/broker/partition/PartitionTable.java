package io.millrace.broker.partition;

import io.millrace.broker.log.setting.LogSettings;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ConfigResource;
import io.millrace.broker.metadata.ImageDelta;
import io.millrace.broker.metadata.MetadataListener;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.metadata.TopicImage;
import io.millrace.protocol.wire.Uuid;
import io.netty.util.concurrent.EventExecutor;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that this broker holds, by topic id. Follows the image on the metadata thread: has logs
 * opened and posts roles to the owners. Looked up from any thread.
 */
public final class PartitionTable implements MetadataListener {
    private static final Logger LOG = LoggerFactory.getLogger(PartitionTable.class);
    private static final Partition[] NONE = {};
    private static final long LEAST_CHECK_MS = 500;
    private static final long MOST_CHECK_MS = 2_000;

    /** Effective log settings of a topic: its configs over the broker's. */
    @FunctionalInterface
    public interface SettingsSource {
        LogSettings of(ClusterImage image, String topic);
    }

    private final ReplicaContext replicas;
    private final List<? extends EventExecutor> loops;
    private final LogStore store;
    private final SettingsSource settings;
    private final InstantSource clock;
    private final Map<Uuid, Partition[]> byTopicId = new ConcurrentHashMap<>();
    private int nextLoop;

    /** Parts that the table is wired with. */
    public record Wiring(
            ReplicaContext replicas,
            List<? extends EventExecutor> loops,
            LogStore store,
            SettingsSource settings,
            InstantSource clock) {}

    public PartitionTable(Wiring wiring) {
        this.replicas = wiring.replicas;
        this.loops = wiring.loops;
        this.store = wiring.store;
        this.settings = wiring.settings;
        this.clock = wiring.clock;
        long checkMs = Math.max(LEAST_CHECK_MS, Math.min(MOST_CHECK_MS, wiring.replicas.lagMs() / 8));
        loops.forEach(loop -> loop.scheduleWithFixedDelay(() -> check(loop), checkMs, checkMs,
                TimeUnit.MILLISECONDS));
    }

    private void check(EventExecutor loop) {
        for (var partitions : byTopicId.values()) {
            for (var partition : partitions) {
                if (partition != null && partition.owner() == loop) {
                    partition.check();
                }
            }
        }
    }

    /** The partition; null if this broker does not hold it. */
    public Partition find(Uuid topicId, int index) {
        var partitions = byTopicId.getOrDefault(topicId, NONE);
        return index >= 0 && index < partitions.length ? partitions[index] : null;
    }

    /** All partitions that this broker holds. */
    public Collection<Partition> all() {
        var all = new ArrayList<Partition>();
        for (var partitions : byTopicId.values()) {
            for (var partition : partitions) {
                if (partition != null) {
                    all.add(partition);
                }
            }
        }
        return all;
    }

    /** Completes when all owners have acted on the images that were published before this call. */
    public CompletableFuture<Void> rolesTaken() {
        return CompletableFuture.allOf(loops.stream().map(loop -> CompletableFuture.runAsync(() -> {}, loop))
                .toArray(CompletableFuture<?>[]::new));
    }

    @Override
    public void onImage(ImageDelta delta, ClusterImage image) {
        delta.deletedTopics().forEach(this::delete);
        for (var topic : delta.createdTopics()) {
            apply(image, topic, topic.partitions());
        }
        for (var change : delta.changedTopics()) {
            apply(image, change.after(), change.changedPartitions());
        }
        applySettings(delta, image);
    }

    private void apply(ClusterImage image, TopicImage topic, Collection<PartitionImage> states) {
        PartitionSettings shared = null;
        for (var each : states) {
            var state = replicas.asSeen(image, each);
            var partition = find(topic.id(), state.index());
            if (partition != null && !state.hasReplica(replicas.brokerId())) {
                remove(partition);
                partition.whenOpen(() -> retire(partition, "this broker has no replica any more"));
            } else if (partition != null) {
                partition.whenOpen(() -> partition.apply(state));
            } else if (state.hasReplica(replicas.brokerId())) {
                shared = shared == null ? PartitionSettings.of(settings.of(image, topic.name())) : shared;
                open(topic, state, shared);
            }
        }
    }

    private void open(TopicImage topic, PartitionImage state, PartitionSettings shared) {
        var owner = loops.get(nextLoop++ % loops.size());
        var partition = new Partition(
                topic.name(), topic.id(), state.index(), owner, shared, replicas);
        put(partition, topic.partitions().size());
        var wanted = new LogStore.Wanted(topic.name(), topic.id(), state.index(), owner, shared.log());
        store.open(wanted).whenComplete((log, error) -> owner.execute(() -> {
            if (error == null) {
                partition.opened(log, clock);
                partition.apply(state);
            } else {
                LOG.error("The log of {} cannot be opened: {}", partition, error.getMessage());
                partition.openFailed(error.getMessage());
                replicas.leaderships().failed(partition);
            }
        }));
    }

    private void put(Partition partition, int partitionCount) {
        byTopicId.compute(partition.topicId(), (id, old) -> {
            int size = Math.max(partitionCount, old == null ? 0 : old.length);
            var grown = old == null ? new Partition[size] : Arrays.copyOf(old, size);
            grown[partition.index()] = partition;
            return grown;
        });
    }

    private void delete(TopicImage topic) {
        var gone = byTopicId.remove(topic.id());
        for (var partition : gone == null ? NONE : gone) {
            if (partition != null) {
                partition.whenOpen(() -> retire(partition, "the topic was deleted"));
            }
        }
    }

    private void remove(Partition partition) {
        byTopicId.computeIfPresent(partition.topicId(), (id, old) -> {
            var left = old.clone();
            left[partition.index()] = null;
            return left;
        });
    }

    private void retire(Partition partition, String reason) {
        partition.retire(reason);
        store.delete(partition.topic(), partition.topicId(), partition.index())
                .whenComplete((nothing, error) -> {
                    if (error != null) {
                        LOG.error("The folder of {} could not be deleted: {}", partition, error.getMessage());
                    }
                });
    }

    private void applySettings(ImageDelta delta, ClusterImage image) {
        for (var resource : delta.changedConfigs()) {
            if (resource.type() == ConfigResource.Type.TOPIC) {
                var topic = image.topic(resource.name());
                if (topic != null) {
                    change(topic, settings.of(image, topic.name()));
                }
            } else {
                image.topics().forEach(topic -> change(topic, settings.of(image, topic.name())));
            }
        }
    }

    private void change(TopicImage topic, LogSettings logSettings) {
        var shared = PartitionSettings.of(logSettings);
        for (var partition : byTopicId.getOrDefault(topic.id(), NONE)) {
            if (partition != null) {
                partition.whenOpen(() -> partition.change(shared));
            }
        }
    }
}
