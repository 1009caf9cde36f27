package io.millrace.broker.partition.fetcher;

import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ConfigResource;
import io.millrace.protocol.setting.Setting;
import io.millrace.protocol.setting.Settings;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * This broker's rate for throttled replicas in one direction, and what it owes: bytes that came too early are paid off at
 * the rate. That is the one which the image shows for this broker or for all, else the one it was started with. Any thread.
 */
final class ReplicationRate {
    private static final String ALL_REPLICAS = "*";
    private static final long UNLIMITED = Long.MAX_VALUE;

    private final String self;
    private final ConfigResource resource;
    private final Supplier<ClusterImage> image;
    private final LongSupplier nanoTime;
    private final Setting<Long> rate;
    private final Setting<List<String>> replicas;
    private final long atStart;
    private final AtomicReference<Debt> debt;

    /** What a moment left unpaid. */
    private record Debt(double bytes, long atNs) {

        Debt after(long nowNs, long bytesPerSecond, int more) {
            double paid = (double) bytesPerSecond * (nowNs - atNs) / TimeUnit.SECONDS.toNanos(1);
            return new Debt(Math.max(0, bytes - paid) + more, nowNs);
        }
    }

    /** What throttles a direction: how fast, and which replicas a topic names. */
    record Direction(Setting<Long> rate, Setting<List<String>> replicas) {}

    ReplicationRate(int brokerId, Direction direction, Settings settings, Supplier<ClusterImage> image,
            LongSupplier nanoTime) {
        this.self = ":" + brokerId;
        this.resource = ConfigResource.broker(brokerId);
        this.image = image;
        this.nanoTime = nanoTime;
        this.rate = direction.rate;
        this.replicas = direction.replicas;
        this.atStart = settings.get(rate);
        this.debt = new AtomicReference<>(new Debt(0, nanoTime.getAsLong()));
    }

    /** Whether more than a second's worth is owed after these bytes of a partition; never if it is not throttled. */
    boolean spend(String topic, int index, int bytes) {
        var now = image.get();
        long bytesPerSecond = limit(now);
        if (bytesPerSecond == UNLIMITED || !isThrottled(now, topic, index)) {
            return false;
        }
        long nowNs = nanoTime.getAsLong();
        return debt.updateAndGet(before -> before.after(nowNs, bytesPerSecond, bytes))
                .bytes() > bytesPerSecond;
    }

    private long limit(ClusterImage now) {
        var set = now.configs(resource).get(rate.name());
        set = set == null ? now.configs(ConfigResource.ALL_BROKERS).get(rate.name()) : set;
        return set == null ? atStart : rate.parse(set);
    }

    private boolean isThrottled(ClusterImage now, String topic, int index) {
        var named = now.topicConfigs(topic).get(replicas.name());
        if (named == null) {
            return false;
        }
        var list = replicas.parse(named);
        return list.contains(ALL_REPLICAS) || list.contains(index + self);
    }
}
