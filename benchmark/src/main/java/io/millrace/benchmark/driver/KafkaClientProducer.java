package io.millrace.benchmark.driver;

import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** The producer of kafka-clients. */
final class KafkaClientProducer implements ClientProducer {
    private final KafkaProducer<byte[], byte[]> producer;
    private final String topic;

    KafkaClientProducer(String bootstrap, String topic) {
        this.topic = topic;
        producer = new KafkaProducer<>(Map.of("bootstrap.servers", bootstrap), new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @Override
    public void send(byte[] value, Runnable onAcknowledged) {
        producer.send(new ProducerRecord<>(topic, value),
                onAcknowledged == null ? null : (metadata, failure) -> {
                    if (failure != null) {
                        throw new IllegalStateException("a record was not acknowledged", failure);
                    }
                    onAcknowledged.run();
                });
    }

    @Override
    public void flush() {
        producer.flush();
    }

    @Override
    public void close() {
        producer.close();
    }
}
