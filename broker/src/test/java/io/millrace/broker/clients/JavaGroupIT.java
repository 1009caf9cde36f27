package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.clients.consumer.RoundRobinAssignor;
import org.apache.kafka.clients.consumer.StickyAssignor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.GroupState;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JavaGroupIT {
    private static final int PARTITIONS = 6;

    @RegisterExtension static final BrokerUnderTest BROKER = new BrokerUnderTest();

    private final List<KafkaConsumer<String, String>> members = new ArrayList<>();
    private JavaClients clients;
    private String topic;
    private String group;

    @BeforeEach
    void createTopic() {
        clients = new JavaClients(BROKER.bootstrap());
        topic = BROKER.freshName("grouped");
        group = BROKER.freshName("group");
        clients.createTopic(topic, PARTITIONS);
    }

    @AfterEach
    void closeMembers() {
        members.forEach(KafkaConsumer::close);
    }

    @ParameterizedTest
    @ValueSource(classes = {RangeAssignor.class, RoundRobinAssignor.class, StickyAssignor.class,
        CooperativeStickyAssignor.class})
    void everyAssignorSharesPartitionsOutAndGivesThemBack(Class<?> assignor) {
        var first = join(Map.of("partition.assignment.strategy", assignor.getName()));
        pollUntil("the first member owns all", () -> first.assignment().size() == PARTITIONS);

        var second = join(Map.of("partition.assignment.strategy", assignor.getName()));
        pollUntil("both own a half", () -> owned(first, second).equals(Set.of(PARTITIONS / 2)));
        assertThat(first.assignment()).doesNotContainAnyElementsOf(second.assignment());

        leave(first);
        pollUntil("the second member owns all", () -> second.assignment().size() == PARTITIONS);
    }

    @Test
    void memberGoesOnWhereTheOneBeforeCommitted() {
        produce(300);
        var first = join(Map.of("max.poll.records", 100, "enable.auto.commit", false));
        int read = JavaClients.poll(first, 100).size();
        first.commitSync();
        leave(first);

        var second = join(Map.of());
        var rest = JavaClients.poll(second, 300 - read);
        assertThat(rest).hasSize(300 - read);
        assertThat(rest).extracting(ConsumerRecord::value).doesNotHaveDuplicates();
    }

    @Test
    void committedOffsetsCarryTheirMetadata() {
        var partition = new TopicPartition(topic, 3);
        var committed = new OffsetAndMetadata(17, "half way");
        var member = join(Map.of());
        pollUntil("joined", () -> !member.assignment().isEmpty());

        member.commitSync(Map.of(partition, committed));

        assertThat(member.committed(Set.of(partition)).get(partition)).isEqualTo(committed);
        try (var admin = clients.admin()) {
            var all = JavaClients.get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
            assertThat(all).containsEntry(partition, committed);
        }
    }

    @Test
    void staticMemberThatRestartsFindsItsPartitionsWithoutARebalance() {
        var settings = Map.<String, Object>of("session.timeout.ms", 30_000);
        var first = join(with(settings, "group.instance.id", "one"));
        var second = join(with(settings, "group.instance.id", "two"));
        pollUntil("both own a half", () -> owned(first, second).equals(Set.of(PARTITIONS / 2)));
        var before = Set.copyOf(first.assignment());
        int generation = second.groupMetadata().generationId();

        leave(first);
        var restarted = join(with(settings, "group.instance.id", "one"));
        pollUntil("it owns partitions again", () -> !restarted.assignment().isEmpty());

        assertThat(restarted.assignment()).isEqualTo(before);
        assertThat(second.groupMetadata().generationId()).isEqualTo(generation);
    }

    @Test
    void groupIsDescribedWhileItLives() {
        var member = join(Map.of("client.id", "described"));
        pollUntil("joined", () -> member.assignment().size() == PARTITIONS);
        try (var admin = clients.admin()) {
            var described = JavaClients.get(admin.describeConsumerGroups(List.of(group)).all()).get(group);
            assertThat(described.groupState()).isEqualTo(GroupState.STABLE);
            assertThat(described.partitionAssignor()).isEqualTo("range");
            assertThat(described.members()).singleElement().satisfies(only -> {
                assertThat(only.clientId()).isEqualTo("described");
                assertThat(only.assignment().topicPartitions()).hasSize(PARTITIONS);
            });
        }
    }

    @Test
    void silentMemberIsExpelledAfterItsSessionTimeout() {
        var silent = join(Map.of("session.timeout.ms", 6_000, "max.poll.interval.ms", 6_000));
        pollUntil("the first member owns all", () -> silent.assignment().size() == PARTITIONS);
        members.remove(silent);

        var other = join(Map.of());
        pollUntil("the other member owns all", () -> other.assignment().size() == PARTITIONS);
        silent.close();
    }

    private static Map<String, Object> with(Map<String, Object> settings, String name, Object value) {
        var all = new HashMap<>(settings);
        all.put(name, value);
        return all;
    }

    private KafkaConsumer<String, String> join(Map<String, Object> settings) {
        var consumer = clients.consumer(with(settings, "group.id", group));
        consumer.subscribe(List.of(topic));
        members.add(consumer);
        return consumer;
    }

    private void leave(KafkaConsumer<String, String> member) {
        members.remove(member);
        member.close();
    }

    /** The numbers of partitions that the members own. */
    private static Set<Integer> owned(KafkaConsumer<String, String> first,
            KafkaConsumer<String, String> second) {
        return IntStream.of(first.assignment().size(), second.assignment().size()).boxed()
                .collect(Collectors.toSet());
    }

    private void pollUntil(String what, BooleanSupplier condition) {
        Deadline.in(JavaClients.LIMIT).await(what, () -> {
            members.forEach(member -> member.poll(Duration.ofMillis(50)));
            return condition.getAsBoolean();
        });
    }

    private void produce(int count) {
        try (var producer = clients.producer(Map.of())) {
            for (int i = 0; i < count; i++) {
                producer.send(new ProducerRecord<>(topic, i % PARTITIONS, null, "value " + i));
            }
        }
    }
}
