package io.millrace.admin.command.reassign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.admin.cluster.BrokerDescription;
import io.millrace.admin.command.line.ToolFailure;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SpreadTest {
    private static List<BrokerDescription> brokers(int count, int racks) {
        return IntStream.range(0, count)
                .mapToObj(
                        id -> new BrokerDescription(id, "h", 1, racks == 0 ? null : "r" + id % racks, false))
                .toList();
    }

    @Test
    void leadersAreEvenAndReplicasLieOnDifferentBrokersAndRacks() {
        for (long seed = 0; seed < 300; seed++) {
            var random = new SplittableRandom(seed);
            int count = random.nextInt(1, 9);
            int racks = random.nextInt(0, 4);
            int factor = random.nextInt(1, count + 1);
            int partitions = count * random.nextInt(1, 5);
            var placed = Spread.over(brokers(count, racks), partitions, factor, random.nextInt(count));
            var leaders = new HashMap<Integer, Integer>();
            for (var replicas : placed) {
                assertThat(new HashSet<>(replicas)).as("seed %d", seed).hasSize(factor);
                leaders.merge(replicas.get(0), 1, Integer::sum);
                int racksUsed = (int) replicas.stream().map(id -> racks == 0 ? 0 : id % racks).distinct()
                        .count();
                assertThat(racksUsed).as("racks, seed %d", seed)
                        .isEqualTo(Math.min(factor, Math.min(count, Math.max(1, racks))));
            }
            assertThat(leaders.values()).as("leaders, seed %d", seed).containsOnly(partitions / count);
        }
    }

    @Test
    void moreReplicasThanBrokersAreRefused() {
        assertThatThrownBy(() -> Spread.over(brokers(2, 0), 1, 3, 0)).isInstanceOf(ToolFailure.class)
                .hasMessageContaining("larger than available brokers: 2");
    }
}
