package io.millrace.consumer.assignor;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.protocol.cluster.TopicPartition;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.junit.jupiter.api.Test;

/** Our assignors beside those of kafka-clients, on random groups. */
class AssignorOracleTest {
    private static final int GROUPS = 3_000;
    private static final Node NODE = new Node(1, "localhost", 9092);

    /** Topics with their numbers of partitions, and members who may own some of them. */
    private record Group(Map<String, Integer> counts, List<MemberSubscription> members, boolean isUniform) {

        static Group random(long seed, PartitionAssignor assignor) {
            var random = new Random(seed);
            var counts = new TreeMap<String, Integer>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                counts.put("topic" + random.nextInt(10), 1 + random.nextInt(7));
            }
            boolean isUniform = random.nextInt(3) > 0;
            boolean isStatic = random.nextInt(4) == 0;
            var free = new ArrayList<TopicPartition>();
            counts.forEach((topic, count) -> {
                for (int i = 0; i < count; i++) {
                    free.add(new TopicPartition(topic, i));
                }
            });
            Collections.shuffle(free, random);
            var members = new ArrayList<MemberSubscription>();
            for (int i = random.nextInt(6); i >= 0; i--) {
                var topics = new HashSet<>(counts.keySet());
                topics.removeIf(topic -> !isUniform && topics.size() > 1 && random.nextInt(3) == 0);
                var owned = new ArrayList<TopicPartition>();
                for (int j = random.nextInt(6); j > 0 && !free.isEmpty(); j--) {
                    owned.add(free.remove(free.size() - 1));
                }
                owned.removeIf(partition -> !topics.contains(partition.topic()));
                members.add(new MemberSubscription("member" + random.nextInt(100) + "-" + i,
                        isStatic && random.nextBoolean() ? "static" + i : null, topics, owned, 5,
                        assignor.userData(owned, 5)));
            }
            return new Group(counts, members, isUniform);
        }

        Map<String, List<TopicPartition>> ours(PartitionAssignor assignor) {
            return assignor.assign(counts, members);
        }

        Map<String, List<TopicPartition>> kafkas(ConsumerPartitionAssignor assignor) {
            var infos = new ArrayList<PartitionInfo>();
            var nodes = new Node[] {NODE};
            counts.forEach((topic, count) -> {
                for (int i = 0; i < count; i++) {
                    infos.add(new PartitionInfo(topic, i, NODE, nodes, nodes));
                }
            });
            var subscriptions = new HashMap<String, Subscription>();
            members.forEach(member -> {
                var data = member.userData() == null ? null : ByteBuffer.wrap(member.userData().toArray());
                var owned = member.owned().stream()
                        .map(each -> new org.apache.kafka.common.TopicPartition(each.topic(),
                                each.partition()))
                        .toList();
                var subscription = new Subscription(List.copyOf(member.topics()), data, owned,
                        member.generation(),
                        Optional.empty());
                subscription.setGroupInstanceId(Optional.ofNullable(member.instanceId()));
                subscriptions.put(member.memberId(), subscription);
            });
            var cluster = new Cluster("id", List.of(NODE), infos, Set.of(), Set.of());
            var found = new HashMap<String, List<TopicPartition>>();
            assignor.assign(cluster, new GroupSubscription(subscriptions)).groupAssignment()
                    .forEach((member, assignment) -> found.put(member, assignment.partitions().stream()
                            .map(each -> new TopicPartition(each.topic(), each.partition())).toList()));
            return found;
        }

        /** How many partitions stay with their owners. */
        long kept(Map<String, List<TopicPartition>> assignment) {
            return members.stream().mapToLong(member -> member.owned().stream()
                    .filter(assignment.get(member.memberId())::contains).count()).sum();
        }
    }

    /** The sum of all differences in load between two members: 0 is perfect. */
    private static long imbalance(Map<String, List<TopicPartition>> assignment) {
        var loads = assignment.values().stream().mapToInt(Collection::size).toArray();
        long sum = 0;
        for (int i = 0; i < loads.length; i++) {
            for (int j = 0; j < i; j++) {
                sum += Math.abs(loads[i] - loads[j]);
            }
        }
        return sum;
    }

    private static void checkSame(PartitionAssignor ours, ConsumerPartitionAssignor kafkas) {
        for (int seed = 0; seed < GROUPS; seed++) {
            var group = Group.random(seed, ours);
            var expected = group.kafkas(kafkas);
            var found = group.ours(ours);
            assertThat(found.keySet()).as("seed %d", seed).isEqualTo(expected.keySet());
            found.forEach((member, partitions) -> assertThat(partitions).as("%s of %s", member, group)
                    .containsExactlyInAnyOrderElementsOf(expected.get(member)));
        }
    }

    @Test
    void rangeAgreesWithKafkas() {
        checkSame(new RangeAssignor(), new org.apache.kafka.clients.consumer.RangeAssignor());
    }

    @Test
    void roundRobinAgreesWithKafkas() {
        checkSame(new RoundRobinAssignor(), new org.apache.kafka.clients.consumer.RoundRobinAssignor());
    }

    @Test
    void stickyIsAsBalancedAndMovesAsLittleAsKafkas() {
        var ours = new StickyAssignor();
        for (int seed = 0; seed < GROUPS; seed++) {
            var group = Group.random(seed, ours);
            var expected = group.kafkas(new org.apache.kafka.clients.consumer.StickyAssignor());
            checkBalance(group, group.ours(ours), expected, seed);
        }
    }

    private static void checkBalance(Group group, Map<String, List<TopicPartition>> found,
            Map<String, List<TopicPartition>> expected, int seed) {
        var all = found.values().stream().flatMap(List::stream).toList();
        assertThat(all).as("seed %d", seed).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(
                expected.values().stream().flatMap(List::stream).toList());
        group.members().forEach(member -> assertThat(found.get(member.memberId()))
                .allMatch(partition -> member.topics().contains(partition.topic())));
        assertThat(imbalance(found)).as("seed %d: imbalance of %s", seed, group)
                .isLessThanOrEqualTo(imbalance(expected));
        if (group.isUniform()) {
            assertThat(group.kept(found)).as("seed %d: kept of %s", seed, group)
                    .isGreaterThanOrEqualTo(group.kept(expected));
        }
    }

    @Test
    void cooperativeStickyGivesNothingAwayThatAnotherStillOwnsAndSettlesWhereKafkasDoes() {
        var ours = new CooperativeStickyAssignor();
        for (int seed = 0; seed < GROUPS; seed++) {
            var first = Group.random(seed, ours);
            var step = first.ours(ours);
            var owners = new HashMap<TopicPartition, String>();
            first.members().forEach(member -> member.owned()
                    .forEach(partition -> owners.put(partition, member.memberId())));
            step.forEach((member, partitions) -> assertThat(partitions)
                    .allMatch(partition -> owners.getOrDefault(partition, member).equals(member)));
            var settled = after(first, step);
            if (!first.isUniform()) {
                continue;
            }
            checkBalance(settled, settled.ours(ours),
                    settled.kafkas(new org.apache.kafka.clients.consumer.CooperativeStickyAssignor()), seed);
            assertThat(settled.kept(settled.ours(ours))).as("seed %d moves twice", seed)
                    .isEqualTo(step.values().stream().mapToLong(List::size).sum());
        }
    }

    /** The group once each member owns what it was given. */
    private static Group after(Group group, Map<String, List<TopicPartition>> step) {
        var members = group.members().stream().map(member -> new MemberSubscription(member.memberId(),
                member.instanceId(), member.topics(), step.get(member.memberId()), 6,
                new CooperativeStickyAssignor().userData(List.of(), 6))).toList();
        return new Group(group.counts(), members, group.isUniform());
    }
}
