package io.millrace.broker.controller.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.controller.decision.DecisionContext;
import io.millrace.broker.controller.decision.TestSettings;
import io.millrace.broker.metadata.BrokerRegistration;
import io.millrace.broker.metadata.ClusterImage;
import io.millrace.broker.metadata.ImageBuilder;
import io.millrace.broker.metadata.MetadataRecord;
import io.millrace.broker.metadata.PartitionImage;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** When leaders move back to where they belong: broker by broker, past a share of what it should lead. */
class LeaderBalanceTest {
    private static final int TOLERATED_PERCENT = 10;

    private final List<PartitionImage> partitions = new ArrayList<>();
    private final List<Integer> live = new ArrayList<>(List.of(1, 2, 3));

    /** Partitions that broker {@code preferred} should lead, and another leads some of. */
    private void add(int preferred, int count, int elsewhere, Integer... isr) {
        int other = preferred % 3 + 1;
        for (int i = 0; i < count; i++) {
            partitions.add(new PartitionImage(partitions.size(), List.of(preferred, other), List.of(isr),
                    i < elsewhere ? other : preferred, 0, 0));
        }
    }

    /** How many leaders each of the three brokers has afterwards. */
    private List<Long> balance() {
        var records = new ArrayList<MetadataRecord>();
        live.forEach(id -> records.add(new MetadataRecord.BrokerJoined(
                new BrokerRegistration(id, id, new Uuid(id, id), List.of(), null, 1))));
        var topic = new Uuid(7, 7);
        records.add(new MetadataRecord.TopicCreated("orders", topic));
        records.add(new MetadataRecord.PartitionsChanged(topic, partitions));
        var image = ImageBuilder.fold(ClusterImage.empty("cluster"), records, 1);
        var context = new DecisionContext(image, TestSettings.with(Map.of()), bound -> 0, Uuid::random);
        var after = context.after(LeaderElections.balance(context, TOLERATED_PERCENT)).image();
        return List.of(1, 2, 3).stream().map(id -> after.topic("orders").partitions().stream()
                .filter(partition -> partition.leader() == id).count()).toList();
    }

    @Test
    void broadlyBalancedBrokerIsLeftAlone() {
        add(1, 20, 2, 1, 2);
        assertThat(balance()).containsExactly(18L, 2L, 0L);
    }

    @Test
    void brokerThatLacksMoreThanItsShareGetsAllOfItsLeadersBackAndOthersDoNot() {
        add(1, 20, 3, 1, 2);
        add(2, 20, 2, 2, 3);
        assertThat(balance()).containsExactly(20L, 18L, 2L);
    }

    @Test
    void leaderDoesNotMoveToAReplicaThatIsOutOfSyncOrGone() {
        add(1, 10, 5, 2);
        add(3, 10, 5, 3, 1);
        live.remove(Integer.valueOf(3));
        assertThat(balance()).containsExactly(10L, 5L, 5L);
    }
}
