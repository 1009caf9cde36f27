package io.millrace.broker.partition.fetcher;

import static io.millrace.protocol.setting.Setting.ofLong;

import io.millrace.broker.log.setting.TopicSettings;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.protocol.setting.Reload;
import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.Settings;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Slows down the copying of replicas that topics name as throttled, until they are in sync (KIP-73): what this broker
 * receives as their follower, and what it sends as their leader, to all receivers together. Any thread.
 */
public final class ReplicationThrottle implements CopyPace, SendPace {
    private static final Setting<Long> FOLLOWER_RATE = ofLong("follower.replication.throttled.rate",
            Long.MAX_VALUE)
            .atLeast(0)
            .reload(Reload.CLUSTER_WIDE)
            .doc("Bytes a second that this broker copies of the throttled replicas that it is to hold.");
    private static final Setting<Long> LEADER_RATE = ofLong("leader.replication.throttled.rate",
            Long.MAX_VALUE)
            .atLeast(0)
            .reload(Reload.CLUSTER_WIDE)
            .doc("Bytes a second that all other brokers together copy of the throttled replicas that this one"
                    + " leads.");
    private static final int LOOK_AGAIN_MS = 200;

    public static final List<Setting<?>> SETTINGS = List.of(FOLLOWER_RATE, LEADER_RATE);

    private final int brokerId;
    private final Supplier<ClusterImage> image;
    private final ReplicationRate incoming;
    private final ReplicationRate outgoing;

    /** The settings are those that the broker was started with. */
    public ReplicationThrottle(int brokerId, Settings settings, Supplier<ClusterImage> image,
            LongSupplier nanoTime) {
        this.brokerId = brokerId;
        this.image = image;
        this.incoming = new ReplicationRate(brokerId, new ReplicationRate.Direction(FOLLOWER_RATE,
                TopicSettings.FOLLOWER_THROTTLED_REPLICAS), settings, image, nanoTime);
        this.outgoing = new ReplicationRate(brokerId, new ReplicationRate.Direction(LEADER_RATE,
                TopicSettings.LEADER_THROTTLED_REPLICAS), settings, image, nanoTime);
    }

    @Override
    public int pauseMs(String topic, int index, int bytes) {
        return incoming.spend(topic, index, bytes) && isBehind(topic, index, brokerId) ? LOOK_AGAIN_MS : 0;
    }

    @Override
    public boolean withholds(String topic, int index, int replicaId) {
        return outgoing.spend(topic, index, 0) && isBehind(topic, index, replicaId);
    }

    @Override
    public void sent(String topic, int index, int replicaId, int bytes) {
        if (isBehind(topic, index, replicaId)) {
            outgoing.spend(topic, index, bytes);
        }
    }

    private boolean isBehind(String topic, int index, int replicaId) {
        var state = image.get().partition(topic, index);
        return state != null && !state.isr().contains(replicaId);
    }
}
