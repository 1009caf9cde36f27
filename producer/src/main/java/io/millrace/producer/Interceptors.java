package io.millrace.producer;

import io.millrace.producer.batch.Delivery;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.setting.Settings;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The interceptors of a producer, whose failures are logged and change nothing. Immutable; for any thread. */
final class Interceptors<K, V> {
    private static final Logger LOG = LoggerFactory.getLogger(Interceptors.class);

    private final List<ProducerInterceptor<K, V>> all;

    private Interceptors(List<ProducerInterceptor<K, V>> all) {
        this.all = all;
    }

    @SuppressWarnings("unchecked") // whether they suit the records is the settings' word
    static <K, V> Interceptors<K, V> of(Settings settings) {
        var all = new ArrayList<ProducerInterceptor<K, V>>();
        for (var name : settings.get(ProducerSettings.INTERCEPTORS)) {
            var interceptor = (ProducerInterceptor<K, V>) Configured.make(ProducerInterceptor.class, name,
                    ProducerSettings.INTERCEPTORS);
            interceptor.configure(settings.given());
            all.add(interceptor);
        }
        return new Interceptors<>(List.copyOf(all));
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    ProducerRecord<K, V> onSend(ProducerRecord<K, V> record) {
        var seen = record;
        for (var interceptor : all) {
            try {
                seen = interceptor.onSend(seen);
            } catch (RuntimeException e) {
                LOG.warn("An interceptor failed on a record for {}", record.topic(), e);
            }
        }
        return seen;
    }

    /** Tells the interceptors first, then whoever else wants to know, who may be null. */
    Delivery before(Delivery delivery) {
        return new Delivery() {
            @Override
            public void acknowledged(TopicPartition partition, long offset, long timestampMs, int keyBytes,
                    int valueBytes) {
                tell(new RecordMetadata(partition, offset, timestampMs, keyBytes, valueBytes), null);
                if (delivery != null) {
                    delivery.acknowledged(partition, offset, timestampMs, keyBytes, valueBytes);
                }
            }

            @Override
            public void failed(TopicPartition partition, RuntimeException failure) {
                tell(null, failure);
                if (delivery != null) {
                    delivery.failed(partition, failure);
                }
            }
        };
    }

    private void tell(RecordMetadata metadata, Exception failure) {
        for (var interceptor : all) {
            try {
                interceptor.onAcknowledgement(metadata, failure);
            } catch (RuntimeException e) {
                LOG.warn("An interceptor failed on an acknowledgement", e);
            }
        }
    }

    void close() {
        all.forEach(ProducerInterceptor::close);
    }
}
