package io.millrace.broker.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.metadata.PartitionImage;
import io.millrace.broker.zookeeper.EmbeddedZooKeeper;
import io.millrace.protocol.message.topic.CreateTopics;
import io.millrace.protocol.message.topic.CreateTopics.Request.CreatableTopic;
import io.millrace.protocol.wire.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class MetadataControllerTest {
    @TempDir Path folder;

    @Test
    void createdTopicIsInTheImageWhenTheAnswerComesAndAfterARestart() throws Exception {
        try (var zookeeper = EmbeddedZooKeeper.start(folder.resolve("zookeeper"), 0)) {
            try (var node = new TestNode(1, zookeeper.address(), data(1)).register()) {
                assertThat(create(node, "orders", 3, 1)).isEqualTo(ErrorCode.NONE);
                assertThat(node.follower.image().topic("orders").partitions()).hasSize(3)
                        .allMatch(partition -> partition.leader() == 1);
                assertThat(create(node, "orders", 3, 1)).isEqualTo(ErrorCode.TOPIC_ALREADY_EXISTS);
                assertThat(node.controller.allocateProducerIds().get())
                        .isEqualTo(new ProducerIdBlock(0, 1000));
            }
        }
        try (var zookeeper = EmbeddedZooKeeper.start(folder.resolve("zookeeper"), 0);
                var node = new TestNode(1, zookeeper.address(), data(1)).register()) {
            var partition = node.follower.image().partition("orders", 2);
            assertThat(partition.leader()).isEqualTo(1);
            assertThat(partition.leaderEpoch()).isEqualTo(1);
            assertThat(node.controller.allocateProducerIds().get())
                    .isEqualTo(new ProducerIdBlock(1000, 1000));
        }
    }

    @Test
    void restartAfterAKillIsRegisteredWithoutWaitingForTheOldSession() throws Exception {
        try (var zookeeper = EmbeddedZooKeeper.start(folder.resolve("zookeeper"), 0);
                var killed = new TestNode(1, zookeeper.address(), data(1)).register()) {
            create(killed, "orders", 1, 1);
            killed.freeze();
            long startNs = System.nanoTime();
            try (var next = new TestNode(1, zookeeper.address(), data(1)).register()) {
                assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs))
                        .isLessThan(TestNode.SESSION_TIMEOUT_MS - 1000);
                var partition = next.await(image -> image.partition("orders", 0).leaderEpoch() > 0)
                        .partition("orders", 0);
                assertThat(partition.leader()).isEqualTo(1);
                assertThat(create(next, "more", 1, 1)).isEqualTo(ErrorCode.NONE);
            }
        }
    }

    @Test
    void brokersShareOneControllerAndLeadersMoveToALivingMemberOfTheIsr() throws Exception {
        try (var zookeeper = EmbeddedZooKeeper.start(folder.resolve("zookeeper"), 0);
                var second = new TestNode(2, zookeeper.address(), data(2))) {
            try (var first = new TestNode(1, zookeeper.address(), data(1)).register()) {
                second.register();
                first.await(image -> image.brokers().size() == 2);
                second.meet(first);
                assertThat(create(second, "orders", 4, 2)).isEqualTo(ErrorCode.NONE);
                assertThat(second.follower.image().topic("orders")).as("reads what it wrote").isNotNull();
                assertThat(create(first, "orders", 4, 2)).isEqualTo(ErrorCode.TOPIC_ALREADY_EXISTS);
                assertThat(create(first, "single", 2, 1)).isEqualTo(ErrorCode.NONE);
                second.await(image -> image.topic("single") != null);
                assertThat(second.follower.image().topic("orders").partitions())
                        .extracting(PartitionImage::leader).contains(1, 2);
            }
            var image = second.await(now -> now.controllerId() == 2 && !now.isLive(1));
            assertThat(image.topic("orders").partitions()).allMatch(partition -> partition.leader() == 2
                    && partition.isr().equals(List.of(2)) && partition.leaderEpoch() == 1);
            assertThat(image.topic("single").partitions()).extracting(PartitionImage::leader)
                    .containsExactlyInAnyOrder(2, PartitionImage.NO_LEADER);
            assertThat(create(second, "orders2", 1, 1)).isEqualTo(ErrorCode.NONE);
        }
    }

    @Test
    void requestThatMeetsADeadControllerIsCarriedOutByTheNext() throws Exception {
        try (var zookeeper = EmbeddedZooKeeper.start(folder.resolve("zookeeper"), 0);
                var second = new TestNode(2, zookeeper.address(), data(2))) {
            CompletableFuture<CreateTopics.Response> answer;
            try (var first = new TestNode(1, zookeeper.address(), data(1)).register()) {
                second.register();
                first.await(image -> image.brokers().size() == 2);
                second.await(image -> image.brokers().size() == 2);
                var topic = new CreatableTopic("orders", 1, (short) 1, List.of(), List.of());
                answer = second.controller.ask(new CreateTopics.Request(List.of(topic), 20_000, false));
                assertThat(answer).as("the first cannot be reached").isNotDone();
            }
            assertThat(answer.get(20, TimeUnit.SECONDS).topics().get(0).errorCode())
                    .isEqualTo(ErrorCode.NONE);
            var tooLate = second.controller.ask(new CreateTopics.Request(
                    List.of(new CreatableTopic("late", 1, (short) 1, List.of(), List.of())), 0, false));
            assertThat(tooLate.get(20, TimeUnit.SECONDS).topics().get(0).errorCode())
                    .isEqualTo(ErrorCode.REQUEST_TIMED_OUT);
        }
    }

    @Test
    void snapshotIsTakenAndTheLogTrimmedWithoutAnybodyNursingIt() throws Exception {
        try (var zookeeper = EmbeddedZooKeeper.start(folder.resolve("zookeeper"), 0);
                var node = new TestNode(1, zookeeper.address(), data(1)).register()) {
            for (int i = 0; i < 1200; i++) {
                node.controller.allocateProducerIds().get(20, TimeUnit.SECONDS);
            }
            awaitSnapshot(node, 1);
            try (var reader = new TestNode(2, zookeeper.address(), data(2))) {
                assertThat(reader.follower.image().nextProducerId()).isEqualTo(1_200_000);
            }
        }
    }

    @Test
    void fewEntriesWithManyChangesLeadToASnapshotToo() throws Exception {
        try (var zookeeper = EmbeddedZooKeeper.start(folder.resolve("zookeeper"), 0);
                var node = new TestNode(1, zookeeper.address(), data(1)).register()) {
            assertThat(create(node, "wide", 60_000, 1)).isEqualTo(ErrorCode.NONE);
            long version = node.follower.image().version();
            awaitSnapshot(node, version);
            try (var reader = new TestNode(2, zookeeper.address(), data(2))) {
                assertThat(reader.follower.changesRead()).isLessThan(10);
                assertThat(reader.follower.image().topic("wide").partitions()).hasSize(60_000);
            }
        }
    }

    private static void awaitSnapshot(TestNode node, long version) throws Exception {
        while (node.cluster.log().extent().get().snapshotVersion() < version) {
            Thread.onSpinWait();
        }
    }

    private Path data(int brokerId) throws Exception {
        return Files.createDirectories(folder.resolve("data" + brokerId));
    }

    private static ErrorCode create(TestNode node, String name, int partitions, int replicationFactor)
            throws Exception {
        var topic = new CreatableTopic(name, partitions, (short) replicationFactor, List.of(), List.of());
        return node.controller.ask(new CreateTopics.Request(List.of(topic), 10_000, false))
                .get(20, TimeUnit.SECONDS).topics().get(0).errorCode();
    }
}
