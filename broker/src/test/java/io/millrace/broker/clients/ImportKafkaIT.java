package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportKafkaIT {
    private static final String ORDERS = "orders";
    private static final String PRICES = "prices";
    private static final String PAYMENTS = "payments";
    private static final String GONE = "gone";
    private static final String GROUP = "importers";
    private static final int RECORDS = 20_000;
    private static final int CONSUMED = 5_000;

    @Test
    void aStoppedKafkaIsTakenOverWithRecordsConfigsAndCommittedOffsets(@TempDir Path work) {
        var kafkaData = work.resolve("kafka");
        Map<TopicPartition, Long> committed;
        Map<String, Uuid> ids;
        List<String> settled;
        try (var kafka = KafkaProcess.start(kafkaData, work.resolve("kafka.properties"))) {
            var clients = new JavaClients(kafka.bootstrap());
            create(clients);
            produce(clients, "zstd", RECORDS);
            committed = consumeAndCommit(clients);
            ids = ids(clients);
            transact(clients);
            settled = settled(clients);
            assertThat(settled).hasSize(40 * 3).noneMatch(value -> value.startsWith("aborted"));
            LogDirsTools.assertSame(kafka.bootstrap(), "--describe");
            var refused = ChildProcess.attempt(command(kafkaData, work.resolve("data")), "",
                    KafkaTools.LIMIT);
            assertThat(refused.exitCode()).isEqualTo(1);
            assertThat(refused.output()).contains("is in use: stop its Kafka first");
            kafka.stop();
        }
        var said = ChildProcess.run(command(kafkaData, work.resolve("data")), "", KafkaTools.LIMIT);
        assertThat(said).contains("Done.");

        try (var broker = BrokerProcess.start(work.resolve("data"))) {
            var clients = new JavaClients(broker.bootstrap());
            assertThat(ids(clients)).isEqualTo(ids);
            assertThat(configs(clients)).containsEntry("cleanup.policy", "compact")
                    .containsEntry("segment.bytes", "1048576");
            assertThat(committed(clients)).isEqualTo(committed);
            assertThat(settled(clients)).isEqualTo(settled);
            produce(clients, "none", 100);
            try (var consumer = clients.consumer(Map.of("group.id", GROUP))) {
                consumer.subscribe(List.of(ORDERS));
                var rest = JavaClients.poll(consumer, RECORDS - CONSUMED + 100);
                assertThat(rest).hasSize(RECORDS - CONSUMED + 100);
            }
            assertEachRecordOnceAndInOrder(clients);
        }
    }

    private static List<String> command(Path kafkaData, Path data) {
        var command = new ArrayList<String>();
        command.add(Checkout.distribution().resolve("bin/millrace-import-kafka.sh").toString());
        command.addAll(List.of("--from", kafkaData.toString(), "--override", "log.dirs=" + data));
        return command;
    }

    private static void create(JavaClients clients) {
        try (var admin = clients.admin()) {
            JavaClients.get(admin.createTopics(List.of(
                    new NewTopic(ORDERS, 3, (short) 1).configs(Map.of("segment.bytes", "1048576")),
                    new NewTopic(PRICES, 1, (short) 1)
                            .configs(Map.of("cleanup.policy", "compact", "segment.bytes", "1048576")),
                    new NewTopic(PAYMENTS, 1, (short) 1).configs(Map.of("segment.bytes", "1048576")),
                    new NewTopic(GONE, 1, (short) 1))).all());
            JavaClients.get(admin.deleteTopics(List.of(GONE)).all());
        }
    }

    private static void produce(JavaClients clients, String codec, int records) {
        try (var producer = clients.producer(Map.of("compression.type", codec))) {
            for (int i = 0; i < records; i++) {
                producer.send(
                        new ProducerRecord<>(ORDERS, "key " + i, codec + " " + i + " " + "x".repeat(200)));
                producer.send(new ProducerRecord<>(PRICES, "key " + i, codec + " " + i));
            }
        }
    }

    /** Every third transaction is aborted; over more than one segment. */
    private static void transact(JavaClients clients) {
        try (var producer = clients.producer(Map.of("transactional.id", "till"))) {
            producer.initTransactions();
            for (int i = 0; i < 60; i++) {
                boolean isAborted = i % 3 == 1;
                producer.beginTransaction();
                for (int j = 0; j < 3; j++) {
                    producer.send(new ProducerRecord<>(PAYMENTS,
                            (isAborted ? "aborted " : "settled ") + i + " " + j + "x".repeat(10_000)));
                }
                producer.flush();
                if (isAborted) {
                    producer.abortTransaction();
                } else {
                    producer.commitTransaction();
                }
            }
        }
    }

    /** What a reader of committed payments sees, and where; up to the end of the log. */
    private static List<String> settled(JavaClients clients) {
        var partition = new TopicPartition(PAYMENTS, 0);
        try (var consumer = clients.consumer(Map.of("isolation.level", "read_committed"))) {
            consumer.assign(List.of(partition));
            long endOffset = consumer.endOffsets(List.of(partition)).get(partition);
            var seen = new ArrayList<String>();
            var deadline = Deadline.in(JavaClients.LIMIT);
            while (consumer.position(partition) < endOffset && !deadline.passed()) {
                consumer.poll(Duration.ofMillis(200))
                        .forEach(record -> seen.add(record.value().substring(0, 12) + record.offset()));
            }
            return seen;
        }
    }

    private static Map<TopicPartition, Long> consumeAndCommit(JavaClients clients) {
        try (var consumer = clients.consumer(Map.of("group.id", GROUP, "max.poll.records", "500"))) {
            consumer.subscribe(List.of(ORDERS));
            JavaClients.poll(consumer, CONSUMED);
            consumer.commitSync();
        }
        return committed(clients);
    }

    private static Map<TopicPartition, Long> committed(JavaClients clients) {
        try (var admin = clients.admin()) {
            var offsets = new HashMap<TopicPartition, Long>();
            JavaClients.get(admin.listConsumerGroupOffsets(GROUP).partitionsToOffsetAndMetadata())
                    .forEach((partition, offset) -> offsets.put(partition, offset.offset()));
            return offsets;
        }
    }

    private static Map<String, Uuid> ids(JavaClients clients) {
        try (var admin = clients.admin()) {
            var ids = new TreeMap<String, Uuid>();
            JavaClients.get(admin.describeTopics(JavaClients.get(admin.listTopics().names())).allTopicNames())
                    .forEach((name, topic) -> ids.put(name, topic.topicId()));
            return ids;
        }
    }

    private static Map<String, String> configs(JavaClients clients) {
        var resource = new ConfigResource(ConfigResource.Type.TOPIC, PRICES);
        try (var admin = clients.admin()) {
            var values = new HashMap<String, String>();
            JavaClients.get(admin.describeConfigs(List.of(resource)).all()).get(resource).entries()
                    .forEach(entry -> values.put(entry.name(), entry.value()));
            return values;
        }
    }

    private static void assertEachRecordOnceAndInOrder(JavaClients clients) {
        try (var consumer = clients.consumer(Map.of())) {
            var partitions = List.of(new TopicPartition(ORDERS, 0), new TopicPartition(ORDERS, 1),
                    new TopicPartition(ORDERS, 2));
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var records = JavaClients.poll(consumer, RECORDS + 100);
            assertThat(records).extracting(ConsumerRecord::value).doesNotHaveDuplicates()
                    .hasSize(RECORDS + 100);
            for (var partition : partitions) {
                assertThat(records.stream()
                        .filter(record -> record.partition() == partition.partition()
                                && record.value().startsWith("zstd"))
                        .map(record -> Integer.parseInt(record.key().substring("key ".length())))).isSorted();
            }
        }
    }
}
