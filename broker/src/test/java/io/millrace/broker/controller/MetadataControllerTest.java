package io.millrace.broker.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.broker.zookeeper.EmbeddedZooKeeper;
import io.millrace.protocol.message.topic.CreateTopics;
import io.millrace.protocol.message.topic.CreateTopics.Request.CreatableTopic;
import io.millrace.protocol.wire.ErrorCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

    private Path data(int brokerId) throws Exception {
        return Files.createDirectories(folder.resolve("data" + brokerId));
    }

    private static ErrorCode create(TestNode node, String name, int partitions, int replicationFactor)
            throws Exception {
        var topic = new CreatableTopic(name, partitions, (short) replicationFactor, List.of(), List.of());
        return node.controller.createTopics(new CreateTopics.Request(List.of(topic), 10_000, false))
                .get(20, TimeUnit.SECONDS).topics().get(0).errorCode();
    }
}
