package io.millrace.broker.partition.fetcher;

import static io.millrace.protocol.setting.Setting.ofLong;

import io.millrace.broker.log.setting.TopicSettings;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ConfigResource;
import io.millrace.protocol.setting.Reload;
import io.millrace.protocol.setting.Setting;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Slows down the copying of replicas that topics name as throttled, until they are in sync (KIP-73): what came too early
 * is owed, and paid off at the rate that the image shows. The receiving broker keeps both its own rate and the one of the
 * broker that sends. Any thread.
 */
public final class ReplicationThrottle implements CopyPace {
    private static final Setting<Long> FOLLOWER_RATE = ofLong("follower.replication.throttled.rate",
            Long.MAX_VALUE)
            .atLeast(0)
            .reload(Reload.CLUSTER_WIDE)
            .doc("Bytes a second that this broker copies of the throttled replicas that it is to hold. Heeded"
                    + " when it is set at run time.");
    private static final Setting<Long> LEADER_RATE = ofLong("leader.replication.throttled.rate",
            Long.MAX_VALUE)
            .atLeast(0)
            .reload(Reload.CLUSTER_WIDE)
            .doc("Bytes a second that each other broker copies of the throttled replicas that this one leads."
                    + " Heeded when it is set at run time.");
    private static final String ALL_REPLICAS = "*";
    private static final int LOOK_AGAIN_MS = 200;

    public static final List<Setting<?>> SETTINGS = List.of(FOLLOWER_RATE, LEADER_RATE);

    private final int brokerId;
    private final Supplier<ClusterImage> image;
    private final LongSupplier nanoTime;
    private final Account own;
    private final Map<Integer, Account> sources = new ConcurrentHashMap<>();

    public ReplicationThrottle(int brokerId, Supplier<ClusterImage> image, LongSupplier nanoTime) {
        this.brokerId = brokerId;
        this.image = image;
        this.nanoTime = nanoTime;
        this.own = new Account(brokerId, FOLLOWER_RATE, TopicSettings.FOLLOWER_THROTTLED_REPLICAS);
    }

    /** What a moment left unpaid. */
    private record Debt(double bytes, long atNs) {

        Debt after(long nowNs, long bytesPerSecond, int more) {
            double paid = (double) bytesPerSecond * (nowNs - atNs) / TimeUnit.SECONDS.toNanos(1);
            return new Debt(Math.max(0, bytes - paid) + more, nowNs);
        }
    }

    /** One broker's rate in one direction, and what is owed to it. */
    private final class Account {
        private final int id;
        private final ConfigResource resource;
        private final Setting<Long> rate;
        private final Setting<List<String>> replicas;
        private final AtomicReference<Debt> debt = new AtomicReference<>(new Debt(0, nanoTime.getAsLong()));

        Account(int id, Setting<Long> rate, Setting<List<String>> replicas) {
            this.id = id;
            this.resource = ConfigResource.broker(id);
            this.rate = rate;
            this.replicas = replicas;
        }

        /** Whether more than a second's worth is owed after these bytes of a partition. */
        boolean spend(ClusterImage now, String topic, int index, int bytes) {
            var limit = now.configs(resource).get(rate.name());
            limit = limit == null ? now.configs(ConfigResource.ALL_BROKERS).get(rate.name()) : limit;
            if (limit == null || !isThrottled(now, topic, index)) {
                return false;
            }
            long bytesPerSecond = rate.parse(limit);
            long nowNs = nanoTime.getAsLong();
            return debt.updateAndGet(before -> before.after(nowNs, bytesPerSecond, bytes))
                    .bytes() > bytesPerSecond;
        }

        private boolean isThrottled(ClusterImage now, String topic, int index) {
            var named = now.topicConfigs(topic).get(replicas.name());
            if (named == null) {
                return false;
            }
            var list = replicas.parse(named);
            return list.contains(ALL_REPLICAS) || list.contains(index + ":" + id);
        }
    }

    @Override
    public int pauseMs(String topic, int index, int sourceId, int bytes) {
        var now = image.get();
        boolean owes = own.spend(now, topic, index, bytes);
        owes |= sources.computeIfAbsent(sourceId,
                id -> new Account(id, LEADER_RATE, TopicSettings.LEADER_THROTTLED_REPLICAS))
                .spend(now, topic, index, bytes);
        var state = owes ? now.partition(topic, index) : null;
        return state == null || state.isr().contains(brokerId) ? 0 : LOOK_AGAIN_MS;
    }
}
