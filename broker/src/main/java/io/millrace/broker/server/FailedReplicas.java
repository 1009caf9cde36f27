package io.millrace.broker.server;

import io.millrace.broker.controller.Controller;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ImageDelta;
import io.millrace.broker.metadata.MetadataListener;
import io.millrace.broker.partition.Partition;
import io.millrace.protocol.message.topic.AssignReplicasToDirs;
import io.millrace.protocol.message.topic.AssignReplicasToDirs.Request.DirectoryData;
import io.millrace.protocol.message.topic.AssignReplicasToDirs.Request.PartitionData;
import io.millrace.protocol.message.topic.AssignReplicasToDirs.Request.TopicData;
import io.millrace.protocol.wire.ErrorCode;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that this broker holds and cannot use, and telling the controller as long as it gives this broker the
 * lead of one. Owners add; the metadata thread and a timer's thread tell.
 */
final class FailedReplicas implements MetadataListener {
    private static final Logger LOG = LoggerFactory.getLogger(FailedReplicas.class);
    /** A failed disk takes many partitions offline, one after the other. */
    private static final long GATHER_MS = 50;
    private static final long RETRY_MS = 1000;

    private final int brokerId;
    private final Controller controller;
    private final Supplier<ClusterImage> image;
    private final BiConsumer<Runnable, Long> timer;
    private final Set<Partition> failed = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isAboutToTell = new AtomicBoolean();

    /** The timer runs a task after some milliseconds. */
    FailedReplicas(int brokerId, Controller controller, Supplier<ClusterImage> image,
            BiConsumer<Runnable, Long> timer) {
        this.brokerId = brokerId;
        this.controller = controller;
        this.image = image;
        this.timer = timer;
    }

    void add(Partition partition) {
        failed.add(partition);
        tellAfter(GATHER_MS);
    }

    @Override
    public void onImage(ImageDelta delta, ClusterImage changed) {
        if (!failed.isEmpty()) {
            tellAfter(GATHER_MS);
        }
    }

    private void tellAfter(long delayMs) {
        if (isAboutToTell.compareAndSet(false, true)) {
            timer.accept(this::tell, delayMs);
        }
    }

    private void tell() {
        isAboutToTell.set(false);
        var leading = leading(image.get());
        if (leading.isEmpty()) {
            return;
        }
        controller.ask(request(leading)).whenComplete((answer, failure) -> {
            if (failure != null || answer.errorCode() != ErrorCode.NONE) {
                LOG.debug("the controller does not know yet which replicas failed: {}", answer, failure);
                tellAfter(RETRY_MS);
            }
        });
    }

    private AssignReplicasToDirs.Request request(Map<Uuid, Set<Integer>> lost) {
        var topics = new ArrayList<TopicData>();
        lost.forEach((id, partitions) -> topics
                .add(new TopicData(id, partitions.stream().map(PartitionData::new).toList())));
        var own = image.get().broker(brokerId);
        return new AssignReplicasToDirs.Request(brokerId, own == null ? -1 : own.epoch(),
                List.of(new DirectoryData(AssignReplicasToDirs.LOST, topics)));
    }

    private Map<Uuid, Set<Integer>> leading(ClusterImage now) {
        failed.removeIf(partition -> now.topic(partition.topicId()) == null);
        var leading = new HashMap<Uuid, Set<Integer>>();
        for (var partition : failed) {
            var topic = now.topic(partition.topicId());
            if (partition.index() < topic.partitions().size()
                    && topic.partitions().get(partition.index()).leader() == brokerId) {
                leading.computeIfAbsent(topic.id(), id -> new HashSet<>()).add(partition.index());
            }
        }
        return leading;
    }
}
