package io.millrace.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.admin.Admin;
import io.millrace.consumer.Consumer;
import io.millrace.producer.Producer;
import io.millrace.producer.ProducerRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

/** The extension as a test uses it, with Kafka's own consumer as the witness. */
@MillraceBroker(topics = "orders", partitions = 3, brokerProperties = "message.max.bytes=2000000")
class MillraceBrokerIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Test
    void aRecordOfTheInjectedProducerReachesAnyConsumer(Producer<String, Long> producer,
            @BootstrapServers String bootstrap) {
        var sent = producer.send(new ProducerRecord<>("orders", "key", 42L)).join();
        var settings = Map.<String, Object>of("bootstrap.servers", bootstrap, "auto.offset.reset",
                "earliest");
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new LongDeserializer())) {
            consumer.assign(List.of(new TopicPartition("orders", sent.partition())));
            var read = consumer.poll(LIMIT);
            assertThat(read).singleElement().satisfies(record -> {
                assertThat(record.key()).isEqualTo("key");
                assertThat(record.value()).isEqualTo(42L);
            });
        }
    }

    @Test
    void theInjectedConsumerReadsFromTheStart(Producer<Integer, byte[]> producer,
            Consumer<Integer, byte[]> consumer) {
        var sent = producer.send(new ProducerRecord<>("read", 7, new byte[] {1, 2})).join();
        consumer.assign(
                List.of(new io.millrace.protocol.cluster.TopicPartition("read", sent.partition())));
        var read = consumer.poll(LIMIT);
        assertThat(read).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo(7);
            assertThat(record.value()).containsExactly(1, 2);
        });
    }

    @Test
    void topicsAndSettingsAreThoseOfTheAnnotation(Admin admin) {
        var topic = admin.describeTopics(List.of("orders")).join().get("orders");
        assertThat(topic.partitions()).hasSize(3);
    }

    @Test
    void springFindsTheAddressWhereEmbeddedKafkaLeavesIt(@BootstrapServers String bootstrap) {
        assertThat(bootstrap).matches("127\\.0\\.0\\.1:\\d+");
        assertThat(System.getProperty("spring.embedded.kafka.brokers")).isEqualTo(bootstrap);
        assertThat(System.getProperty("spring.kafka.bootstrap-servers")).isEqualTo(bootstrap);
    }
}
