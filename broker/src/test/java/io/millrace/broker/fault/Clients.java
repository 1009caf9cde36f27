package io.millrace.broker.fault;

import io.millrace.broker.history.Operation;
import io.millrace.broker.history.Operation.Placed;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Clients that give up sooner than by default, so that a mix tries more. Records have a key and a unique number.
 * {@code -Dmillrace.it.mix.acks=1} shows that the mix finds what it looks for: that promise is broken by crashes.
 */
record Clients(String bootstrap) {
    static final int REQUEST_LIMIT_MS = 4_000;
    private static final String ACKS = System.getProperty("millrace.it.mix.acks", "all");
    private static final int DELIVERY_LIMIT_MS = 40_000;
    private static final int RETRY_MAX_MS = 500;

    private Map<String, Object> settings(Map<String, Object> more) {
        var all = new HashMap<String, Object>(Map.of("bootstrap.servers", bootstrap, "request.timeout.ms",
                REQUEST_LIMIT_MS, "retry.backoff.max.ms", RETRY_MAX_MS, "reconnect.backoff.max.ms",
                RETRY_MAX_MS));
        all.putAll(more);
        return all;
    }

    /** Idempotent, and waits for all replicas in sync, unless it is told otherwise. */
    KafkaProducer<String, Long> producer() {
        return new KafkaProducer<>(
                settings(Map.of("acks", ACKS, "enable.idempotence", ACKS.equals("all"), "delivery.timeout.ms",
                        DELIVERY_LIMIT_MS, "max.block.ms",
                        REQUEST_LIMIT_MS)),
                new StringSerializer(), new LongSerializer());
    }

    KafkaConsumer<String, Long> consumer(Map<String, Object> more) {
        var settings = settings(Map.of("auto.offset.reset", "earliest", "enable.auto.commit", false,
                "fetch.max.wait.ms", 200));
        settings.putAll(more);
        return new KafkaConsumer<>(settings, new StringDeserializer(), new LongDeserializer());
    }

    static List<Placed> placed(List<ConsumerRecord<String, Long>> records) {
        return records.stream().map(record -> new Operation.Placed(record.offset(), record.value())).toList();
    }
}
