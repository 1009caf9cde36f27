package io.millrace.broker.partition.fetcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ConfigResource;
import io.millrace.broker.metadata.ImageBuilder;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.protocol.setting.SettingCatalog;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.Uuid;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Broker 3 copies partitions 0 and 1, or leads them to brokers 1 and 2; nobody is in sync but broker 9. */
class ReplicationThrottleTest {
    private static final Uuid TOPIC_ID = new Uuid(1, 1);

    private ClusterImage image = ClusterImage.empty("cluster");
    private long nowNs;
    private final ReplicationThrottle throttle = throttle(Map.of());

    private ReplicationThrottle throttle(Map<String, String> atStart) {
        return new ReplicationThrottle(3,
                Settings.parse(new SettingCatalog(ReplicationThrottle.SETTINGS), atStart),
                () -> image, () -> nowNs);
    }

    @BeforeEach
    void create() {
        apply(new MetadataRecord.TopicCreated("orders", TOPIC_ID));
        apply(new MetadataRecord.PartitionsChanged(TOPIC_ID, List.of(partition(0, 9), partition(1, 9))));
    }

    private static PartitionImage partition(int index, Integer... isr) {
        return new PartitionImage(index, List.of(9, 1, 2, 3), List.of(isr), 9, 0, 0);
    }

    private void apply(MetadataRecord record) {
        image = ImageBuilder.fold(image, List.of(record), image.version() + 1);
    }

    private void configure(ConfigResource resource, String name, String value) {
        apply(new MetadataRecord.ConfigChanged(resource.type().code(), resource.name(), name, value));
    }

    private void throttleFollower(String replicas, int bytesPerSecond) {
        configure(ConfigResource.topic("orders"), "follower.replication.throttled.replicas", replicas);
        configure(ConfigResource.broker(3), "follower.replication.throttled.rate", "" + bytesPerSecond);
    }

    private boolean pauses(int partition, int bytes) {
        return throttle.pauseMs("orders", partition, bytes) > 0;
    }

    private void pass(int seconds) {
        nowNs += TimeUnit.SECONDS.toNanos(seconds);
    }

    @Test
    void onlyNamedReplicasPauseAndOnlyUntilTheirBytesArePaidFor() {
        assertThat(pauses(0, 1_000_000)).as("no throttle").isFalse();
        throttleFollower("0:3,1:2", 1_000);
        assertThat(pauses(1, 1_000_000)).as("not named").isFalse();
        assertThat(pauses(0, 900)).as("a second's worth").isFalse();
        assertThat(pauses(0, 5_000)).isTrue();
        pass(4);
        assertThat(pauses(0, 0)).isTrue();
        pass(1);
        assertThat(pauses(0, 0)).isFalse();
    }

    @Test
    void whoIsInSyncDoesNotPause() {
        throttleFollower("*", 1_000);
        assertThat(pauses(0, 50_000)).isTrue();
        apply(new MetadataRecord.PartitionsChanged(TOPIC_ID, List.of(partition(0, 9, 3))));
        assertThat(pauses(0, 50_000)).isFalse();
        assertThat(pauses(1, 0)).as("the rate is the broker's, not the partition's").isTrue();
    }

    @Test
    void aRateThatChangesOrGoesCountsAtOnce() {
        throttleFollower("*", 10);
        assertThat(pauses(0, 100_000)).isTrue();
        throttleFollower("*", 100_000);
        pass(1);
        assertThat(pauses(0, 0)).isFalse();
        throttleFollower("*", 10);
        assertThat(pauses(0, 100_000)).isTrue();
        configure(ConfigResource.broker(3), "follower.replication.throttled.rate", null);
        assertThat(pauses(0, 0)).isFalse();
    }

    @Test
    void leadersRateIsSharedByAllReceivers() {
        configure(ConfigResource.topic("orders"), "leader.replication.throttled.replicas", "0:3");
        configure(ConfigResource.ALL_BROKERS, "leader.replication.throttled.rate", "1000");
        throttle.sent("orders", 1, 1, 50_000);
        assertThat(throttle.withholds("orders", 0, 1)).as("not named").isFalse();
        throttle.sent("orders", 0, 9, 50_000);
        assertThat(throttle.withholds("orders", 0, 1)).as("to one in sync").isFalse();
        throttle.sent("orders", 0, 1, 800);
        assertThat(throttle.withholds("orders", 0, 2)).as("a second's worth").isFalse();
        throttle.sent("orders", 0, 2, 800);
        assertThat(throttle.withholds("orders", 0, 1)).isTrue();
        assertThat(throttle.withholds("orders", 0, 2)).isTrue();
        assertThat(throttle.withholds("orders", 0, 9)).as("in sync").isFalse();
        assertThat(pauses(0, 0)).as("what it sends is not what it receives").isFalse();
        pass(1);
        assertThat(throttle.withholds("orders", 0, 1)).isFalse();
    }

    @Test
    void ratesThatTheBrokerWasStartedWithHoldUntilOthersAreSet() {
        configure(ConfigResource.topic("orders"), "leader.replication.throttled.replicas", "*");
        configure(ConfigResource.topic("orders"), "follower.replication.throttled.replicas", "*");
        var started = throttle(Map.of("leader.replication.throttled.rate", "1000",
                "follower.replication.throttled.rate", "2000"));
        started.sent("orders", 0, 1, 1_001);
        assertThat(started.withholds("orders", 0, 2)).isTrue();
        assertThat(started.pauseMs("orders", 0, 2_000)).isZero();
        assertThat(started.pauseMs("orders", 0, 1)).isPositive();
        configure(ConfigResource.broker(3), "leader.replication.throttled.rate", "5000");
        assertThat(started.withholds("orders", 0, 2)).isFalse();
    }
}
