package io.millrace.benchmark.tool;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.admin.MillraceAdmin;
import io.millrace.admin.config.ConfigChange;
import io.millrace.admin.config.ConfigResource;
import io.millrace.admin.config.ConfigSource;
import io.millrace.admin.group.CommittedOffset;
import io.millrace.admin.offset.OffsetSpec;
import io.millrace.admin.placement.ElectionType;
import io.millrace.admin.topic.NewPartitions;
import io.millrace.admin.topic.NewTopic;
import io.millrace.admin.topic.PartitionDescription;
import io.millrace.benchmark.driver.KafkaTarget;
import io.millrace.benchmark.driver.MillraceTarget;
import io.millrace.benchmark.driver.Place;
import io.millrace.benchmark.driver.Target;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The admin library against a Millrace broker and against Apache Kafka: the same operations, the same outcomes. */
@Timeout(300)
class AdminIT {
    private static final TopicPartition FIRST = new TopicPartition("orders", 0);
    private static final TopicPartition ABSENT = new TopicPartition("orders", 9);

    static Stream<Named<Target>> targets() throws IOException {
        var root = Path.of("").toAbsolutePath().getParent();
        Path distribution;
        try (var folders = Files.newDirectoryStream(root.resolve("target"), "millrace-*")) {
            distribution = folders.iterator().next();
        }
        var kafka = Files.readString(root.resolve("broker/src/test/clients/kafka/target/classpath")).strip();
        return Stream.<Target>of(new MillraceTarget(distribution), new KafkaTarget(kafka))
                .map(target -> Named.of(target.name(), target));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void everyOperationTellsValuesAndFailures(Target target) throws IOException {
        var place = Place.fresh();
        target.prepare(place.folder(), place.port());
        var settings = Map.of("bootstrap.servers", "127.0.0.1:" + place.port(), "default.api.timeout.ms",
                "150000");
        try (var broker = target.start(place.folder(), place.port());
                var admin = new MillraceAdmin(settings)) {
            topics(admin);
            configs(admin);
            offsets(admin);
            groups(admin);
            placement(admin);
            assertThat(admin.deleteTopics(List.of("orders", "nothing")).join().failures())
                    .containsOnlyKeys("nothing");
            await(() -> admin.listTopics().join(),
                    topics -> topics.stream().noneMatch(topic -> topic.name().equals("orders")));
            assertThat(broker.bootstrap()).endsWith(":" + place.port());
        } finally {
            place.delete();
        }
    }

    /** Asks until the answer is as wanted: brokers learn of changes one after another. */
    private static <T> T await(Supplier<T> question, Predicate<T> wanted) {
        long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        var answer = question.get();
        while (!wanted.test(answer)) {
            assertThat(System.nanoTime() - deadlineNs).as("still waiting; at last %s", answer).isNegative();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            answer = question.get();
        }
        return answer;
    }

    private static ErrorCode error(RuntimeException failure) {
        assertThat(failure).isInstanceOf(ApiException.class);
        return ((ApiException) failure).errorCode();
    }

    private static void topics(MillraceAdmin admin) {
        var created = admin
                .createTopics(List.of(new NewTopic("orders", 3, 1), new NewTopic("bad name", 1, 1)))
                .join();
        assertThat(created.get("orders").partitions()).isEqualTo(3);
        assertThat(error(created.failures().get("bad name"))).isEqualTo(ErrorCode.INVALID_TOPIC_EXCEPTION);
        assertThat(error(admin.createTopics(List.of(new NewTopic("orders"))).join().failures().get("orders")))
                .isEqualTo(ErrorCode.TOPIC_ALREADY_EXISTS);
        admin.createTopics(List.of(new NewTopic("only-thought-of")), true).join().all();
        assertThat(admin.createPartitions(Map.of("orders", NewPartitions.increaseTo(5))).join().get("orders"))
                .isEqualTo(5);

        var described = await(() -> admin.describeTopics(List.of("orders", "nothing"), 2).join(),
                each -> each.values().containsKey("orders") && each.get("orders").partitions().size() == 5
                        && each.get("orders").partitions().stream()
                                .allMatch(PartitionDescription::hasLeader));
        assertThat(described.get("orders").partitions()).hasSize(5).allMatch(each -> each.hasLeader()
                && !each.isUnderReplicated());
        assertThat(error(described.failures().get("nothing")))
                .isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        assertThat(admin.listTopics().join()).extracting("name").contains("orders")
                .doesNotContain("only-thought-of");
    }

    private static void configs(MillraceAdmin admin) {
        var orders = ConfigResource.topic("orders");
        admin.incrementalAlterConfigs(Map.of(orders, List.of(ConfigChange.set("retention.ms", "3600000"))),
                false)
                .join().all();
        var refused = admin.incrementalAlterConfigs(
                Map.of(orders, List.of(ConfigChange.set("retention.ms", "soon"))), true).join();
        assertThat(error(refused.failures().get(orders))).isEqualTo(ErrorCode.INVALID_CONFIG);

        var broker = ConfigResource.broker(admin.describeCluster().join().brokers().get(0).id());
        var described = await(() -> admin.describeConfigs(List.of(orders, broker)).join(),
                each -> each.get(orders).stream().anyMatch(entry -> "3600000".equals(entry.value())
                        && entry.source() == ConfigSource.DYNAMIC_TOPIC_CONFIG));
        assertThat(described.get(orders)).anySatisfy(entry -> {
            assertThat(entry.name()).isEqualTo("retention.ms");
            assertThat(entry.value()).isEqualTo("3600000");
            assertThat(entry.source()).isEqualTo(ConfigSource.DYNAMIC_TOPIC_CONFIG);
            assertThat(entry.synonyms()).isNotEmpty();
        });
        assertThat(described.get(broker)).extracting("name").contains("num.partitions");
    }

    private static void offsets(MillraceAdmin admin) {
        var listed = await(
                () -> admin.listOffsets(Map.of(FIRST, OffsetSpec.LATEST, ABSENT, OffsetSpec.LATEST)).join(),
                each -> each.values().containsKey(FIRST));
        assertThat(listed.get(FIRST).offset()).isZero();
        assertThat(error(listed.failures().get(ABSENT))).isEqualTo(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
        var deleted = admin.deleteRecords(Map.of(FIRST, -1L, new TopicPartition("orders", 1), 7L)).join();
        assertThat(deleted.get(FIRST)).isZero();
        assertThat(error(deleted.failures().get(new TopicPartition("orders", 1))))
                .isEqualTo(ErrorCode.OFFSET_OUT_OF_RANGE);
    }

    private static void groups(MillraceAdmin admin) {
        admin.alterConsumerGroupOffsets("shop", Map.of(FIRST, CommittedOffset.of(0))).join().all();
        assertThat(admin.listGroups().join()).extracting("groupId").contains("shop");
        assertThat(admin.listConsumerGroupOffsets(List.of("shop")).join().get("shop").get(FIRST).offset())
                .isZero();
        var described = admin.describeConsumerGroups(List.of("shop", "nobody")).join();
        assertThat(described.get("shop").isEmpty()).isTrue();
        assertThat(error(described.failures().get("nobody"))).isEqualTo(ErrorCode.GROUP_ID_NOT_FOUND);
        admin.deleteConsumerGroupOffsets("shop", List.of(FIRST)).join().all();
        assertThat(admin.listConsumerGroupOffsets(List.of("shop")).join().get("shop")).isEmpty();
        admin.deleteConsumerGroups(List.of("shop")).join().all();
        assertThat(admin.listGroups().join()).extracting("groupId").doesNotContain("shop");
    }

    private static void placement(MillraceAdmin admin) {
        int broker = admin.describeCluster().join().brokers().get(0).id();
        assertThat(error(
                admin.electLeaders(ElectionType.PREFERRED, List.of(FIRST)).join().failures().get(FIRST)))
                .isEqualTo(ErrorCode.ELECTION_NOT_NEEDED);
        assertThat(admin.electLeaders(ElectionType.PREFERRED, null).join().failures()).isEmpty();
        var moved = admin.alterPartitionReassignments(Map.of(FIRST, List.of(broker),
                new TopicPartition("orders", 1), List.of(99), new TopicPartition("orders", 2), List.of()))
                .join();
        assertThat(moved.values()).containsOnlyKeys(FIRST);
        assertThat(moved.failures()).hasSize(2);
        assertThat(admin.listPartitionReassignments(null).join()).isEmpty();
        var directories = admin.describeLogDirs(List.of(broker)).join().get(broker);
        assertThat(directories).anyMatch(directory -> directory.replicas().containsKey(FIRST)
                && directory.usableBytes() > 0);
        assertThat(admin.describeVersions(broker).join().apis()).containsKeys(0, 1, 18);
    }
}
