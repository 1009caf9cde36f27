package io.millrace.benchmark.driver;

import io.millrace.producer.Callback;
import io.millrace.producer.MillraceProducer;
import io.millrace.producer.ProducerRecord;
import io.millrace.producer.RecordMetadata;
import io.millrace.producer.serialization.ByteArraySerializer;
import io.millrace.protocol.cluster.TopicPartition;
import java.util.Map;

/** Millrace's producer. */
final class MillraceClientProducer implements ClientProducer {
    private final MillraceProducer<byte[], byte[]> producer;
    private final String topic;

    MillraceClientProducer(String bootstrap, String topic) {
        this.topic = topic;
        producer = new MillraceProducer<>(Map.of("bootstrap.servers", bootstrap), new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    private record Told(Runnable task) implements Callback {
        @Override
        public void acknowledged(TopicPartition partition, long offset, long timestampMs, int keyBytes,
                int valueBytes) {
            task.run();
        }

        @Override
        public void onCompletion(RecordMetadata metadata, Exception failure) {
            throw new IllegalStateException("a record was not acknowledged", failure);
        }
    }

    @Override
    public void send(byte[] value, Runnable onAcknowledged) {
        producer.send(new ProducerRecord<>(topic, value),
                onAcknowledged == null ? null : new Told(onAcknowledged));
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
