package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class JavaAdminIT {
    private static final long T0_MS = 1_600_000_000_000L;

    @RegisterExtension static final BrokerUnderTest BROKER = new BrokerUnderTest();

    private JavaClients clients;
    private Admin admin;
    private String topic;
    private TopicPartition partition;

    @BeforeEach
    void connect() {
        clients = new JavaClients(BROKER.bootstrap());
        admin = clients.admin();
        topic = BROKER.freshName("admin");
        partition = new TopicPartition(topic, 0);
    }

    @AfterEach
    void close() {
        admin.close();
    }

    @Test
    void topicsAreCreatedDescribedGrownAndDeleted() {
        var created = admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1)));
        var id = JavaClients.get(created.topicId(topic));
        assertThat(JavaClients.get(created.numPartitions(topic))).isEqualTo(2);
        assertThat(JavaClients.get(admin.listTopics().names())).contains(topic);

        JavaClients.get(admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(4))).all());
        var description = JavaClients.get(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
        assertThat(description.topicId()).isEqualTo(id);
        assertThat(description.partitions()).hasSize(4).allSatisfy(p -> assertThat(p.isr()).hasSize(1));

        JavaClients.get(admin.deleteTopics(List.of(topic)).all());
        assertThatThrownBy(() -> admin.describeTopics(List.of(topic)).allTopicNames().get())
                .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
    }

    @Test
    void topicThatCannotBeIsRefusedWithItsReason() throws InterruptedException, ExecutionException {
        clients.createTopic(topic, 1);

        assertThatThrownBy(() -> admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get())
                .hasCauseInstanceOf(TopicExistsException.class);
        assertThatThrownBy(
                () -> admin.createTopics(List.of(new NewTopic("a topic/of mine", 1, (short) 1))).all()
                        .get())
                .hasCauseInstanceOf(InvalidTopicException.class);
    }

    @Test
    void logDirectoriesAreDescribedWithTheirPartitionsAndRoom() {
        clients.createTopic(topic, 1);
        try (var producer = clients.producer(Map.of())) {
            producer.send(new ProducerRecord<>(topic, "key", "value"));
        }
        int broker = JavaClients.get(admin.describeCluster().nodes()).iterator().next().id();
        var directories = JavaClients.get(admin.describeLogDirs(List.of(broker)).allDescriptions())
                .get(broker);
        assertThat(directories).hasSize(1);
        var directory = directories.values().iterator().next();
        assertThat(directory.error()).isNull();
        assertThat(directory.usableBytes().getAsLong()).isPositive()
                .isLessThanOrEqualTo(directory.totalBytes().getAsLong());
        assertThat(directory.replicaInfos().get(partition).size()).isPositive();
        assertThat(directory.replicaInfos().get(partition).offsetLag()).isZero();
        assertThat(directory.replicaInfos().get(partition).isFuture()).isFalse();
    }

    @Test
    void clusterIsDescribedWithItsOneBroker() {
        var cluster = admin.describeCluster();
        var nodes = JavaClients.get(cluster.nodes());

        assertThat(JavaClients.get(cluster.clusterId())).hasSize(22);
        assertThat(nodes).hasSize(1);
        assertThat(JavaClients.get(cluster.controller()).id()).isEqualTo(nodes.iterator().next().id());
    }

    @Test
    void topicSettingsAreAlteredAndReadBackWithTheirSource() {
        clients.createTopic(topic, 1);
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        var set = new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.SET);
        JavaClients.get(admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all());

        var config = JavaClients.get(admin.describeConfigs(List.of(resource)).all()).get(resource);
        assertThat(config.get("cleanup.policy").value()).isEqualTo("compact");
        assertThat(config.get("cleanup.policy").source())
                .isEqualTo(ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG);
        assertThat(config.get("retention.ms").value()).isEqualTo("604800000");
        assertThat(config.get("retention.ms").isDefault()).isTrue();
    }

    @Test
    void offsetsAreFoundByTime() {
        produceTenASecondApart();
        try (var consumer = clients.consumer(Map.of())) {
            consumer.assign(List.of(partition));
            var found = consumer.offsetsForTimes(Map.of(partition, T0_MS + 3_500)).get(partition);
            assertThat(found.offset()).isEqualTo(4);
            assertThat(found.timestamp()).isEqualTo(T0_MS + 4_000);
            assertThat(consumer.offsetsForTimes(Map.of(partition, T0_MS + 60_000)).get(partition)).isNull();

            consumer.seek(partition, found.offset());
            assertThat(consumer.poll(Duration.ofSeconds(10)).iterator().next().value()).isEqualTo("value 4");
            consumer.seekToEnd(List.of(partition));
            assertThat(consumer.position(partition)).isEqualTo(10);
        }
        assertThat(offset(OffsetSpec.maxTimestamp())).isEqualTo(9);
    }

    @Test
    void deletedRecordsMoveTheStartOfTheLog() {
        produceTenASecondApart();

        var deleted = admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(6)));
        assertThat(JavaClients.get(deleted.lowWatermarks().get(partition)).lowWatermark()).isEqualTo(6);

        assertThat(offset(OffsetSpec.earliest())).isEqualTo(6);
        assertThat(offset(OffsetSpec.latest())).isEqualTo(10);
        try (var consumer = clients.consumer(Map.of())) {
            consumer.assign(List.of(partition));
            assertThat(JavaClients.poll(consumer, 4).get(0).offset()).isEqualTo(6);
        }
    }

    private long offset(OffsetSpec spec) {
        return JavaClients.get(admin.listOffsets(Map.of(partition, spec)).partitionResult(partition))
                .offset();
    }

    private void produceTenASecondApart() {
        clients.createTopic(topic, 1);
        try (var producer = clients.producer(Map.of())) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(topic, 0, T0_MS + i * 1_000L, null, "value " + i));
            }
        }
    }
}
