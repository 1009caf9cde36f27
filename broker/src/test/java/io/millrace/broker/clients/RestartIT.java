package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestartIT {
    private static final String TOPIC = "kept";
    private static final String GROUP = "kept-group";
    private static final int PARTITIONS = 20;
    private static final int RECORDS = 1_000;

    /** What a client can see of the cluster, and must see again. */
    private record Seen(String clusterId, Uuid topicId, int partitions, String retentionMs,
            Map<TopicPartition, OffsetAndMetadata> committed, List<String> values) {}

    @Test
    void everythingIsThereAfterAGracefulStop(@TempDir Path dataDir) {
        assertEverythingIsThereAfter(BrokerProcess::stop, dataDir);
    }

    @Test
    void everythingIsThereAfterAKill(@TempDir Path dataDir) {
        assertEverythingIsThereAfter(BrokerProcess::kill, dataDir);
    }

    @Test
    void aFolderThatMetadataDoesNotKnowIsSetAside(@TempDir Path dataDir) throws IOException {
        try (var broker = BrokerProcess.start(dataDir)) {
            broker.stop();
            Files.writeString(Files.createDirectory(dataDir.resolve("lost-3")).resolve("data"), "precious");
            broker.start();
            Deadline.in(BrokerProcess.START_LIMIT).await("the folder to be renamed",
                    () -> !Files.exists(dataDir.resolve("lost-3")));
            try (var folders = Files.list(dataDir)) {
                var strays = folders.filter(folder -> folder.getFileName().toString().startsWith("lost-3."));
                assertThat(strays).singleElement()
                        .satisfies(stray -> assertThat(stray.resolve("data")).hasContent("precious"));
            }
            Deadline.in(BrokerProcess.START_LIMIT).await("word of it",
                    () -> broker.output().contains("lost-3 belongs to"));
        }
    }

    private static void assertEverythingIsThereAfter(Consumer<BrokerProcess> end, Path dataDir) {
        try (var broker = BrokerProcess.start(dataDir)) {
            var clients = new JavaClients(broker.bootstrap());
            createDeleteAndFill(clients);
            var before = see(clients);
            assertThat(before.values()).hasSize(RECORDS).doesNotHaveDuplicates();

            for (int restart = 0; restart < 2; restart++) {
                end.accept(broker);
                broker.start();
                assertThat(see(clients)).isEqualTo(before);
            }
            try (var admin = clients.admin()) {
                assertThat(JavaClients.get(admin.listTopics().names())).containsExactly(TOPIC);
            }
        }
    }

    private static void createDeleteAndFill(JavaClients clients) {
        try (var admin = clients.admin()) {
            var topic = new NewTopic(TOPIC, PARTITIONS, (short) 1)
                    .configs(Map.of("retention.ms", "86400000"));
            JavaClients.get(admin.createTopics(List.of(topic, new NewTopic("gone", 3, (short) 1))).all());
            JavaClients.get(admin.deleteTopics(List.of("gone", TOPIC)).all());
            JavaClients.get(admin.createTopics(List.of(topic)).all());
        }
        try (var producer = clients.producer(Map.of("compression.type", "lz4"))) {
            for (int i = 0; i < RECORDS; i++) {
                producer.send(new ProducerRecord<>(TOPIC, i % PARTITIONS, null, "value " + i));
            }
        }
        try (var consumer = clients.consumer(Map.of("group.id", GROUP))) {
            consumer.subscribe(List.of(TOPIC));
            JavaClients.poll(consumer, RECORDS);
            consumer.commitSync();
        }
    }

    private static Seen see(JavaClients clients) {
        try (var admin = clients.admin(); var consumer = clients.consumer(Map.of())) {
            var topic = JavaClients.get(admin.describeTopics(List.of(TOPIC)).allTopicNames()).get(TOPIC);
            var resource = new ConfigResource(ConfigResource.Type.TOPIC, TOPIC);
            var configs = JavaClients.get(admin.describeConfigs(Set.of(resource)).all()).get(resource);
            var partitions = topic.partitions().stream().map(p -> new TopicPartition(TOPIC, p.partition()))
                    .toList();
            consumer.assign(partitions);
            var values = JavaClients.poll(consumer, RECORDS).stream().map(ConsumerRecord::value).sorted()
                    .toList();
            return new Seen(JavaClients.get(admin.describeCluster().clusterId()), topic.topicId(),
                    partitions.size(),
                    configs.get("retention.ms").value(),
                    JavaClients.get(admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata()),
                    values);
        }
    }
}
