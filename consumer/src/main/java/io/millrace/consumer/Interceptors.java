package io.millrace.consumer;

import io.millrace.consumer.position.OffsetAndMetadata;
import io.millrace.protocol.cluster.TopicPartition;
import io.millrace.protocol.setting.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The interceptors of a consumer, whose failures are logged and change nothing. For the polling thread. */
final class Interceptors<K, V> {
    private static final Logger LOG = LoggerFactory.getLogger(Interceptors.class);

    private final List<ConsumerInterceptor<K, V>> all;

    private Interceptors(List<ConsumerInterceptor<K, V>> all) {
        this.all = all;
    }

    @SuppressWarnings("unchecked") // whether they suit the records is the settings' word
    static <K, V> Interceptors<K, V> of(Settings settings) {
        var all = new ArrayList<ConsumerInterceptor<K, V>>();
        for (var name : settings.get(ConsumerSettings.INTERCEPTORS)) {
            var interceptor = (ConsumerInterceptor<K, V>) Configured.make(ConsumerInterceptor.class, name,
                    ConsumerSettings.INTERCEPTORS);
            interceptor.configure(settings.given());
            all.add(interceptor);
        }
        return new Interceptors<>(List.copyOf(all));
    }

    ConsumerRecords<K, V> onConsume(ConsumerRecords<K, V> records) {
        var seen = records;
        for (var interceptor : all) {
            try {
                seen = interceptor.onConsume(seen);
            } catch (RuntimeException e) {
                LOG.warn("An interceptor failed on polled records", e);
            }
        }
        return seen;
    }

    void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        for (var interceptor : all) {
            try {
                interceptor.onCommit(offsets);
            } catch (RuntimeException e) {
                LOG.warn("An interceptor failed on a commit", e);
            }
        }
    }

    void close() {
        all.forEach(ConsumerInterceptor::close);
    }
}
