package io.millrace.producer;

import io.millrace.producer.batch.Delivery;
import io.millrace.producer.batch.KeyHash;
import io.millrace.producer.batch.RecordParts;
import io.millrace.producer.batch.TopicQueues;
import io.millrace.producer.send.SendRules;
import io.millrace.producer.serialization.Serializer;
import io.millrace.protocol.client.setting.ClientSettings;
import io.millrace.protocol.cluster.PartitionView;
import io.millrace.protocol.record.RecordBatch;
import io.millrace.protocol.setting.Settings;
import io.millrace.protocol.wire.ApiException;
import io.millrace.protocol.wire.ErrorCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The producer: serializes and appends records on the threads that send them, and delivers them on one thread of its
 * own. The settings have Kafka's names, see {@link ProducerSettings}; {@code bootstrap.servers} alone is needed.
 */
public final class MillraceProducer<K, V> implements Producer<K, V> {
    private static final Logger LOG = LoggerFactory.getLogger(MillraceProducer.class);
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Serializer<K> keySerializer;
    private final Serializer<V> valueSerializer;
    private final boolean keysNeedHeaders;
    private final boolean valuesNeedHeaders;
    private final Partitioner partitioner;
    private final Interceptors<K, V> interceptors;
    private final boolean ignoresKeys;
    private final SendRules rules;
    private final long maxBlockNs;
    private final SendThread thread;
    private final ThreadLocal<RecordParts> parts = ThreadLocal.withInitial(RecordParts::new);
    private final AtomicBoolean isClosed = new AtomicBoolean();

    /** A producer whose settings, a map or Properties, name the serializers. */
    public MillraceProducer(Map<?, ?> settings) {
        this(settings, null, null);
    }

    /** A producer with these serializers, or, where one is null, the one that the settings name. */
    public MillraceProducer(Map<?, ?> given, Serializer<K> keySerializer, Serializer<V> valueSerializer) {
        var texts = new HashMap<>(Configured.texts(given));
        texts.putIfAbsent(ClientSettings.CLIENT_ID.name(), "producer-" + COUNT.incrementAndGet());
        var settings = Settings.parse(ProducerSettings.CATALOG, texts);
        settings.unknownNames().forEach(LOG::warn);
        rules = ProducerSettings.rules(settings);
        this.keySerializer = keySerializer != null ? keySerializer
                : Configured.serializer(settings, ProducerSettings.KEY_SERIALIZER, true);
        this.valueSerializer = valueSerializer != null ? valueSerializer
                : Configured.serializer(settings, ProducerSettings.VALUE_SERIALIZER, false);
        keysNeedHeaders = mayReadHeaders(this.keySerializer);
        valuesNeedHeaders = mayReadHeaders(this.valueSerializer);
        partitioner = partitioner(settings);
        interceptors = Interceptors.of(settings);
        ignoresKeys = settings.get(ProducerSettings.IGNORE_KEYS);
        maxBlockNs = TimeUnit.MILLISECONDS.toNanos(settings.get(ProducerSettings.MAX_BLOCK_MS));
        thread = new SendThread(settings, rules);
    }

    private static boolean mayReadHeaders(Serializer<?> serializer) {
        return !serializer.getClass().getPackageName().equals(Serializer.class.getPackageName());
    }

    private static Partitioner partitioner(Settings settings) {
        var name = settings.get(ProducerSettings.PARTITIONER);
        if (name == null) {
            return null;
        }
        var partitioner = Configured.make(Partitioner.class, name, ProducerSettings.PARTITIONER);
        partitioner.configure(settings.given());
        return partitioner;
    }

    @Override
    public CompletableFuture<RecordMetadata> send(ProducerRecord<K, V> record) {
        var future = new SendFuture();
        handOver(record, future);
        return future;
    }

    @Override
    public void send(ProducerRecord<K, V> record, Callback callback) {
        handOver(record, callback);
    }

    private void handOver(ProducerRecord<K, V> given, Delivery to) {
        if (isClosed.get()) {
            throw new IllegalStateException("the producer is closed");
        }
        var record = interceptors.isEmpty() ? given : interceptors.onSend(given);
        var delivery = interceptors.isEmpty() ? to : interceptors.before(to);
        try {
            append(record, delivery);
        } catch (ApiException e) {
            if (delivery == null) {
                throw e;
            }
            delivery.failed(null, e);
        }
    }

    private void append(ProducerRecord<K, V> record, Delivery delivery) {
        var queues = thread.queues(record.topic(), maxBlockNs);
        long timestampMs = record.timestamp() == null ? System.currentTimeMillis() : record.timestamp();
        var bytes = serialize(record);
        long maxWaitNs = thread.isCaller() ? 0 : maxBlockNs;
        int partition = partition(record, bytes, queues);
        if (partition < 0) {
            queues.appendAnywhere(timestampMs, bytes, delivery, maxWaitNs);
        } else if (partition < queues.size()) {
            queues.queue(partition).append(timestampMs, bytes, delivery, maxWaitNs);
        } else {
            throw new IllegalArgumentException("topic " + record.topic() + " has " + queues.size()
                    + " partitions, so there is no partition " + partition);
        }
    }

    private RecordParts serialize(ProducerRecord<K, V> record) {
        var bytes = parts.get();
        bytes.reset();
        keySerializer.serialize(record.topic(), keysNeedHeaders ? record.headers() : record.headersOrNull(),
                record.key(), bytes.key());
        valueSerializer.serialize(record.topic(),
                valuesNeedHeaders ? record.headers() : record.headersOrNull(),
                record.value(), bytes.value());
        bytes.headers(record.headersOrNull());
        long mostBytes = bytes.mostBytes() + RecordBatch.HEADER_BYTES;
        if (mostBytes > rules.mostRequestBytes()) {
            throw new ApiException(ErrorCode.MESSAGE_TOO_LARGE, "a record of " + mostBytes
                    + " bytes for topic " + record.topic() + " is larger than max.request.size="
                    + rules.mostRequestBytes());
        }
        return bytes;
    }

    /** Answers -1 if any partition will do. */
    private int partition(ProducerRecord<K, V> record, RecordParts bytes, TopicQueues queues) {
        if (record.partition() != null) {
            return record.partition();
        }
        if (partitioner != null) {
            int chosen = partitioner.partition(record.topic(), record.key(), bytes.key().toArray(),
                    record.value(), bytes.value().toArray(), thread.client().view());
            if (chosen < 0) {
                throw new IllegalArgumentException("the partitioner chose partition " + chosen);
            }
            return chosen;
        }
        var key = bytes.key();
        return key.isNull() || ignoresKeys ? -1
                : KeyHash.partition(key.array(), key.start(), key.length(), queues.size());
    }

    @Override
    public void flush() {
        if (thread.isCaller()) {
            throw new IllegalStateException("a callback cannot wait for all records");
        }
        try {
            thread.flush().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(ErrorCode.REQUEST_TIMED_OUT, "interrupted while flushing");
        }
    }

    @Override
    public List<PartitionView> partitionsFor(String topic) {
        return thread.await(topic, maxBlockNs).partitions();
    }

    @Override
    public ProducerMetrics metrics() {
        var counters = thread.counters();
        return new ProducerMetrics(counters.requests(), counters.batches(), counters.bytes(),
                counters.retries(),
                counters.acknowledgedRecords(), counters.failedRecords(), thread.availableBytes());
    }

    @Override
    public void close() {
        close(Duration.ofNanos(rules.deliveryTimeoutNs() + maxBlockNs));
    }

    @Override
    public void close(Duration timeout) {
        if (isClosed.getAndSet(true)) {
            return;
        }
        if (!thread.isCaller() && !timeout.isZero()) {
            awaitFlush(timeout);
        }
        thread.close(new ApiException(ErrorCode.REQUEST_TIMED_OUT,
                "the producer was closed before the record was acknowledged"));
        interceptors.close();
        keySerializer.close();
        valueSerializer.close();
        if (partitioner != null) {
            partitioner.close();
        }
    }

    private void awaitFlush(Duration timeout) {
        try {
            thread.flush().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("Not all records were acknowledged when the producer was closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
