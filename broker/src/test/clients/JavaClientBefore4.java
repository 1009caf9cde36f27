import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.AdminClient;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;

/**
 * An application on kafka-clients from 0.11 to 3: makes a topic, fills it with every codec of its time, reads it in a
 * group, commits, seeks by time and deletes the topic. Prints "done" at the end; anything unexpected is an exception.
 * Arguments: bootstrap servers, topic, group.
 */
public class JavaClientBefore4 {
    private static final int PARTITIONS = 3;
    private static final int RECORDS_PER_CODEC = 600;
    private static final List<String> CODECS = Arrays.asList("none", "gzip", "snappy", "lz4");
    private static final long T0_MS = 1_500_000_000_000L;

    private final String bootstrap;
    private final String topic;
    private final String group;

    private JavaClientBefore4(String bootstrap, String topic, String group) {
        this.bootstrap = bootstrap;
        this.topic = topic;
        this.group = group;
    }

    public static void main(String[] args) throws Exception {
        var client = new JavaClientBefore4(args[0], args[1], args[2]);
        try (AdminClient admin = AdminClient.create(client.settings(Map.of()))) {
            admin.createTopics(List.of(new NewTopic(client.topic, PARTITIONS, (short) 1))).all().get();
            client.describe(admin);
            for (String codec : CODECS) {
                client.produce(codec);
            }
            client.consumeInGroup();
            client.resumeFromCommit();
            client.seekByTime();
            admin.deleteTopics(List.of(client.topic)).all().get();
        }
        System.out.println("done");
    }

    private Properties settings(Map<String, ?> more) {
        var settings = new Properties();
        settings.put("bootstrap.servers", bootstrap);
        settings.putAll(more);
        return settings;
    }

    private void describe(AdminClient admin) throws Exception {
        var description = admin.describeTopics(List.of(topic)).all().get().get(topic);
        check("partitions", PARTITIONS, description.partitions().size());
        check("nodes", 1, admin.describeCluster().nodes().get().size());
    }

    private void produce(String codec) throws Exception {
        var acknowledgements = new ArrayList<Future<RecordMetadata>>();
        var settings = settings(Map.of("acks", "all", "enable.idempotence", "true", "compression.type", codec,
                "linger.ms", "10", "retries", "5",
                "key.serializer", "org.apache.kafka.common.serialization.StringSerializer",
                "value.serializer", "org.apache.kafka.common.serialization.StringSerializer"));
        try (var producer = new KafkaProducer<String, String>(settings)) {
            for (int i = 0; i < RECORDS_PER_CODEC; i++) {
                var record = new ProducerRecord<>(topic, i % PARTITIONS, T0_MS + i, codec, codec + " " + i);
                record.headers().add("number", Integer.toString(i).getBytes());
                acknowledgements.add(producer.send(record));
            }
        }
        for (var acknowledgement : acknowledgements) {
            acknowledgement.get();
        }
    }

    private KafkaConsumer<String, String> consumer(String groupId) {
        return new KafkaConsumer<>(settings(Map.of("group.id", groupId, "auto.offset.reset", "earliest",
                "enable.auto.commit", "false", "max.poll.records", "100",
                "key.deserializer", "org.apache.kafka.common.serialization.StringDeserializer",
                "value.deserializer", "org.apache.kafka.common.serialization.StringDeserializer")));
    }

    private void consumeInGroup() {
        try (var consumer = consumer(group)) {
            consumer.subscribe(List.of(topic));
            var nextOfPartition = new HashMap<String, Integer>();
            for (int left = RECORDS_PER_CODEC * CODECS.size(); left > 0; ) {
                for (ConsumerRecord<String, String> record : poll(consumer)) {
                    int number = nextOfPartition.merge(record.key() + record.partition(), 1, Integer::sum) - 1;
                    int expected = number * PARTITIONS + record.partition();
                    check("value", record.key() + " " + expected, record.value());
                    check("timestamp", T0_MS + expected, record.timestamp());
                    for (Header header : record.headers()) {
                        check("header", Integer.toString(expected), new String(header.value()));
                    }
                    left--;
                }
            }
            var partition = new TopicPartition(topic, 1);
            consumer.commitSync();
            consumer.commitSync(Map.of(partition, new OffsetAndMetadata(42, "here")));
        }
    }

    private void resumeFromCommit() {
        try (var consumer = consumer(group)) {
            var partition = new TopicPartition(topic, 1);
            consumer.subscribe(List.of(topic));
            var first = poll(consumer).iterator().next();
            check("partition with a lag", 1, first.partition());
            check("first offset", 42L, first.offset());
            check("metadata", "here", consumer.committed(partition).metadata());
        }
    }

    private void seekByTime() {
        try (var consumer = consumer(group + "-seek")) {
            var partition = new TopicPartition(topic, 0);
            consumer.assign(List.of(partition));
            var found = consumer.offsetsForTimes(Map.of(partition, T0_MS + 300)).get(partition);
            check("offset by time", 100L, found.offset());
            consumer.seek(partition, found.offset());
            check("record after seek", "none 300", poll(consumer).iterator().next().value());
            long end = consumer.endOffsets(Collections.singleton(partition)).get(partition);
            check("end offset", (long) RECORDS_PER_CODEC / PARTITIONS * CODECS.size(), end);
        }
    }

    /** The form of poll that every release before 4 has. */
    @SuppressWarnings("deprecation")
    private static ConsumerRecords<String, String> poll(KafkaConsumer<String, String> consumer) {
        long giveUpAtNs = System.nanoTime() + 30_000_000_000L;
        while (System.nanoTime() < giveUpAtNs) {
            var records = consumer.poll(200);
            if (!records.isEmpty()) {
                return records;
            }
        }
        throw new IllegalStateException("no record came in 30 s");
    }

    private static void check(String what, Object expected, Object actual) {
        if (!expected.equals(actual)) {
            throw new IllegalStateException(what + ": expected " + expected + ", got " + actual);
        }
    }
}
