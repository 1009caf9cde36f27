package io.millrace.broker.controller.topic;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.metadata.BrokerRegistration;
import io.millrace.protocol.wire.Uuid;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What Kafka's striped placement promises, for random clusters: racks spread, leaders even, replicas even. */
class ReplicaPlacementTest {
    private static final int CLUSTERS = 400;
    private final long firstSeed = System.nanoTime();

    /** Brokers by racks, and a topic on them. */
    private record Case(long seed, List<BrokerRegistration> brokers, int racks, boolean areRacksEqual,
            int replicationFactor, List<List<Integer>> partitions) {

        static Case random(long seed) {
            var random = new Random(seed);
            int racks = 1 + random.nextInt(5);
            boolean areEqual = random.nextBoolean();
            int size = 1 + random.nextInt(4);
            var ids = new ArrayList<String>();
            for (int rack = 0; rack < racks; rack++) {
                for (int i = areEqual ? size : 1 + random.nextInt(4); i > 0; i--) {
                    ids.add(racks == 1 && size % 2 == 0 ? null : "rack" + rack);
                }
            }
            Collections.shuffle(ids, random);
            var brokers = new ArrayList<BrokerRegistration>();
            for (int id = 0; id < ids.size(); id++) {
                brokers.add(new BrokerRegistration(id, id, Uuid.ZERO, List.of(), ids.get(id), 1));
            }
            int replicationFactor = 1 + random.nextInt(Math.min(4, brokers.size()));
            var placement = ReplicaPlacement.over(brokers, random.nextInt(brokers.size()));
            var partitions = new ArrayList<List<Integer>>();
            for (int count = 1 + random.nextInt(brokers.size() * 20); count > 0; count--) {
                partitions.add(placement.place(partitions.size(), replicationFactor));
            }
            return new Case(seed, brokers, racks, areEqual, replicationFactor, partitions);
        }

        String rackOf(int broker) {
            return "" + brokers.get(broker).rack();
        }

        /** How many more the fullest broker has than the emptiest. */
        int spread(boolean leadersOnly) {
            var counts = new int[brokers.size()];
            for (var replicas : partitions) {
                (leadersOnly ? replicas.subList(0, 1) : replicas).forEach(id -> counts[id]++);
            }
            return Arrays.stream(counts).max().orElseThrow() - Arrays.stream(counts).min().orElseThrow();
        }
    }

    @Test
    void replicasAreOnDifferentBrokersAndInAsManyRacksAsThereAre() {
        for (long seed = firstSeed; seed < firstSeed + CLUSTERS; seed++) {
            var test = Case.random(seed);
            for (var replicas : test.partitions) {
                assertThat(replicas).as("seed %d", seed).hasSize(test.replicationFactor)
                        .doesNotHaveDuplicates();
                var racks = new HashSet<String>();
                replicas.forEach(id -> racks.add(test.rackOf(id)));
                assertThat(racks).as("seed %d", seed).hasSize(Math.min(test.racks, test.replicationFactor));
            }
        }
    }

    @Test
    void leadersAreEvenWhateverTheRacks() {
        for (long seed = firstSeed; seed < firstSeed + CLUSTERS; seed++) {
            assertThat(Case.random(seed).spread(true)).as("seed %d", seed).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void replicasAreEvenInRacksOfEqualSize() {
        for (long seed = firstSeed; seed < firstSeed + CLUSTERS; seed++) {
            var test = Case.random(seed);
            if (test.areRacksEqual) {
                assertThat(test.spread(false)).as("seed %d: %s", seed, test)
                        .isLessThanOrEqualTo(2 * test.replicationFactor);
            }
        }
    }

    @Test
    void followersOfOneLeaderAreSpreadOverTheOtherBrokers() {
        for (int count = 3; count < 8; count++) {
            var brokers = new ArrayList<BrokerRegistration>();
            for (int id = 0; id < count; id++) {
                brokers.add(new BrokerRegistration(id, id, Uuid.ZERO, List.of(), null, 1));
            }
            var placement = ReplicaPlacement.over(brokers, 0);
            Map<Integer, HashSet<Integer>> successors = new HashMap<>();
            for (int partition = 0; partition < count * count; partition++) {
                var replicas = placement.place(partition, 3);
                successors.computeIfAbsent(replicas.get(0), id -> new HashSet<>()).add(replicas.get(1));
            }
            int others = count - 1;
            assertThat(successors.values()).as("who takes over").allMatch(ids -> ids.size() == others);
        }
    }
}
