package io.millrace.benchmark.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.producer.MillraceProducer;
import io.millrace.producer.ProducerRecord;
import io.millrace.producer.serialization.IntegerSerializer;
import io.millrace.producer.serialization.StringSerializer;
import io.millrace.protocol.wire.ApiException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Millrace's producer against a Millrace broker and against Apache Kafka, read back with Kafka's own consumer. */
@Timeout(400)
class ProducerIT {
    private static final int KEYS = 50;
    private static final int RECORDS = 60_000;
    private static final int PARTITIONS = 6;
    private static final Duration LIMIT = Duration.ofSeconds(150);
    private static final int LIMIT_MS = (int) LIMIT.toMillis();

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

    private static void createTopics(String bootstrap, String... names) throws Exception {
        try (var admin = Admin
                .create(Map.of("bootstrap.servers", bootstrap, "default.api.timeout.ms", LIMIT_MS))) {
            var topics = Stream.of(names).map(name -> new NewTopic(name, PARTITIONS, (short) 1)).toList();
            admin.createTopics(topics).all().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static List<ConsumerRecord<String, Integer>> readAll(String bootstrap, String topic,
            int expected) {
        var settings = Map.<String, Object>of("bootstrap.servers", bootstrap);
        try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(),
                new IntegerDeserializer())) {
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(each -> new TopicPartition(topic, each.partition())).toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            var records = new ArrayList<ConsumerRecord<String, Integer>>();
            long deadlineNs = System.nanoTime() + LIMIT.toNanos();
            while (records.size() < expected) {
                consumer.poll(Duration.ofMillis(200)).forEach(records::add);
                assertThat(System.nanoTime() - deadlineNs).as("still reading").isNegative();
            }
            long end = consumer.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
            assertThat(end).as("records in the log").isEqualTo(expected);
            return records;
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void nothingIsLostDoubledOrReorderedWhenTheBrokerIsKilled(Target target) throws Exception {
        var place = Place.fresh();
        target.prepare(place.folder(), place.port());
        var broker = target.start(place.folder(), place.port());
        var failures = new ConcurrentLinkedQueue<Exception>();
        var acknowledged = new AtomicInteger();
        var settings = Map.of("bootstrap.servers", broker.bootstrap(), "buffer.memory", 1 << 20, "linger.ms",
                2,
                "compression.type", "lz4", "max.block.ms", LIMIT_MS,
                "delivery.timeout.ms", 2 * LIMIT_MS);
        try (var producer = new MillraceProducer<>(settings, new StringSerializer(),
                new IntegerSerializer())) {
            createTopics(broker.bootstrap(), "keyed");
            for (int i = 0; i < RECORDS; i++) {
                if (i == RECORDS / 2) {
                    broker.kill();
                    broker = target.start(place.folder(), place.port());
                }
                producer.send(new ProducerRecord<>("keyed", "key" + i % KEYS, i), (metadata, failure) -> {
                    acknowledged.incrementAndGet();
                    if (failure != null) {
                        failures.add(failure);
                    }
                });
            }
            producer.flush();
            assertThat(failures).isEmpty();
            assertThat(acknowledged).hasValue(RECORDS);
            var records = readAll(broker.bootstrap(), "keyed", RECORDS);
            assertThat(records).hasSize(RECORDS);
            var next = new HashMap<String, Integer>();
            for (var record : records) {
                int expected = next.getOrDefault(record.key(), Integer.parseInt(record.key().substring(3)));
                assertThat(record.value()).as("next of %s", record.key()).isEqualTo(expected);
                next.put(record.key(), expected + KEYS);
            }
        } finally {
            broker.kill();
        }
        place.delete();
    }

    @ParameterizedTest
    @MethodSource("targets")
    void recordsArriveAsTheyWereSentWithEveryAcksAndCodec(Target target) throws Exception {
        var place = Place.fresh();
        target.prepare(place.folder(), place.port());
        var broker = target.start(place.folder(), place.port());
        try {
            for (var acks : List.of("all", "1", "0")) {
                for (var codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
                    roundTrip(broker.bootstrap(), acks, codec);
                }
            }
        } finally {
            broker.kill();
        }
        place.delete();
    }

    private static void roundTrip(String bootstrap, String acks, String codec) throws Exception {
        var topic = "created-" + acks + "-" + codec;
        var settings = Map.of("bootstrap.servers", bootstrap, "acks", acks, "compression.type", codec,
                "key.serializer", "org.apache.kafka.common.serialization.StringSerializer",
                "value.serializer", IntegerSerializer.class, "max.block.ms", LIMIT_MS);
        try (var producer = new MillraceProducer<String, Integer>(settings)) {
            var record = new ProducerRecord<>(topic, null, 1_234L, "k\u00e9y", 42);
            record.headers().add("h", new byte[] {1});
            var metadata = producer.send(record).get(LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertThat(metadata.hasOffset()).isEqualTo(!acks.equals("0"));
            assertThat(metadata.serializedKeySize()).isEqualTo(4);
            producer.send(new ProducerRecord<>(topic, 0, null, null), null);
        }
        var records = readAll(bootstrap, topic, 2);
        assertThat(records).as("%s %s", acks, codec).hasSize(2);
        assertThat(records).filteredOn(record -> record.key() != null).singleElement().satisfies(record -> {
            assertThat(record.key()).isEqualTo("k\u00e9y");
            assertThat(record.value()).isEqualTo(42);
            assertThat(record.timestamp()).isEqualTo(1_234L);
            assertThat(record.headers().lastHeader("h").value()).containsExactly(1);
        });
    }

    @Test
    void missingBrokerIsNamedInTheErrorAndNothingHangs() throws Exception {
        var place = Place.fresh();
        var settings = Map.of("bootstrap.servers", "127.0.0.1:" + place.port(), "max.block.ms", 300);
        try (var producer = new MillraceProducer<>(settings, new StringSerializer(),
                new IntegerSerializer())) {
            var future = producer.send(new ProducerRecord<>("t", 1));
            assertThatThrownBy(future::get).cause().isInstanceOf(ApiException.class)
                    .hasMessageContaining("topic t is not known after 300 ms")
                    .hasMessageContaining("Connection refused")
                    .hasMessageContaining("127.0.0.1:" + place.port());
        }
        place.delete();
    }
}
