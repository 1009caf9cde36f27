package io.millrace.broker.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JavaProducerIT {
    @RegisterExtension static final BrokerUnderTest BROKER = new BrokerUnderTest();

    private JavaClients clients;
    private String topic;

    @BeforeEach
    void useFreshTopic() {
        clients = new JavaClients(BROKER.bootstrap());
        topic = BROKER.freshName("produced");
    }

    @Test
    void defaultProducerDeliversEachRecordOnceAndInOrder() {
        clients.createTopic(topic, 6);
        var failures = new ConcurrentLinkedQueue<Exception>();
        try (var producer = clients.producer(Map.of("linger.ms", 1))) {
            for (int i = 0; i < 30_000; i++) {
                producer.send(new ProducerRecord<>(topic, i % 6, null, Integer.toString(i)),
                        (metadata, failure) -> {
                            if (failure != null) {
                                failures.add(failure);
                            }
                        });
            }
        }
        assertThat(failures).isEmpty();
        var next = new int[] {0, 1, 2, 3, 4, 5};
        for (var record : readAll(30_000)) {
            assertThat(Integer.parseInt(record.value())).isEqualTo(next[record.partition()]);
            next[record.partition()] += 6;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "snappy", "lz4", "zstd"})
    void everyCodecComesBackAsItWent(String codec) {
        clients.createTopic(topic, 1);
        var values = IntStream.range(0, 2_000).mapToObj(i -> "value " + i + " of a text that repeats")
                .toList();
        try (var producer = clients.producer(Map.of("compression.type", codec, "linger.ms", 20))) {
            values.forEach(value -> producer.send(new ProducerRecord<>(topic, value)));
        }
        assertThat(readAll(2_000)).extracting(ConsumerRecord::value).isEqualTo(values);
    }

    @Test
    void keysHeadersTimestampsAndTombstonesAreKept() {
        clients.createTopic(topic, 1);
        long dayMs = Instant.parse("2020-02-02T00:00:00Z").toEpochMilli();
        try (var producer = clients.producer(Map.of())) {
            var header = new RecordHeader("trace", JavaClients.utf8("42"));
            producer.send(new ProducerRecord<>(topic, 0, dayMs, "key", "value", List.of(header)));
            producer.send(new ProducerRecord<String, String>(topic, 0, dayMs + 1, "key", null));
            producer.send(new ProducerRecord<>(topic, 0, dayMs + 2, null, ""));
        }
        var records = readAll(3);

        assertThat(records).extracting(ConsumerRecord::key).containsExactly("key", "key", null);
        assertThat(records).extracting(ConsumerRecord::value).containsExactly("value", null, "");
        assertThat(records).extracting(ConsumerRecord::timestamp).containsExactly(dayMs, dayMs + 1,
                dayMs + 2);
        assertThat(records.get(0).timestampType()).isEqualTo(TimestampType.CREATE_TIME);
        assertThat(records.get(0).headers().lastHeader("trace").value()).isEqualTo(JavaClients.utf8("42"));
    }

    @Test
    void topicIsCreatedByItsFirstRecord() throws InterruptedException, ExecutionException {
        assertThat(send(Map.of("acks", "1"), new ProducerRecord<>(topic, "first")).offset()).isZero();
        assertThat(readAll(1)).extracting(ConsumerRecord::value).containsExactly("first");
    }

    @Test
    void acknowledgementsCarryConsecutiveOffsets() throws InterruptedException, ExecutionException {
        clients.createTopic(topic, 1);
        var offsets = new ArrayList<Long>();
        try (var producer = clients.producer(Map.of("batch.size", 1_000))) {
            var acknowledgements = new ArrayList<Future<RecordMetadata>>();
            for (int i = 0; i < 1_000; i++) {
                acknowledgements.add(producer.send(new ProducerRecord<>(topic, "record " + i)));
            }
            for (var acknowledgement : acknowledgements) {
                offsets.add(acknowledgement.get().offset());
            }
        }
        assertThat(offsets).isEqualTo(IntStream.range(0, 1_000).mapToObj(Long::valueOf).toList());
    }

    @Test
    void recordBeyondTheLimitIsRefusedAndTheNextIsTaken() throws InterruptedException, ExecutionException {
        clients.createTopic(topic, 1);
        var settings = Map.<String, Object>of("max.request.size", 4_000_000, "buffer.memory", 64_000_000);

        assertThatThrownBy(() -> send(settings, new ProducerRecord<>(topic, "x".repeat(2_000_000))))
                .hasCauseInstanceOf(RecordTooLargeException.class);
        assertThat(send(settings, new ProducerRecord<>(topic, "small")).offset()).isZero();
    }

    private RecordMetadata send(Map<String, Object> settings, ProducerRecord<String, String> record)
            throws InterruptedException, ExecutionException {
        try (var producer = clients.producer(settings)) {
            return producer.send(record).get();
        }
    }

    private List<ConsumerRecord<String, String>> readAll(int count) {
        try (var consumer = clients.consumer(Map.of())) {
            var partitions = consumer.partitionsFor(topic).stream()
                    .map(p -> new TopicPartition(topic, p.partition()));
            consumer.assign(partitions.toList());
            return JavaClients.poll(consumer, count);
        }
    }
}
