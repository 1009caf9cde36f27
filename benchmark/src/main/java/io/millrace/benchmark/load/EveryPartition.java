package io.millrace.benchmark.load;

import io.millrace.benchmark.driver.RunningBroker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Many partitions, as their users see them: created, asked for their ends, written to. Used by one thread. */
public record EveryPartition(int topics, int partitionsPerTopic) {
    private static final int RETRY_MS = 20;
    /** Asking for thousands of partitions is work for a broker that starts: less and less often. */
    private static final int MOST_RETRY_MS = 500;
    private static final int LIMIT_MS = 600_000;
    private static final int RECORD_BYTES = 100;

    private static Map<String, Object> settings(RunningBroker broker) {
        return Map.of("bootstrap.servers", broker.bootstrap(),
                "reconnect.backoff.ms", RETRY_MS, "reconnect.backoff.max.ms", RETRY_MS,
                "retry.backoff.ms", RETRY_MS, "retry.backoff.max.ms", RETRY_MS);
    }

    private static Admin admin(RunningBroker broker) {
        var settings = new HashMap<>(settings(broker));
        settings.put("retry.backoff.max.ms", MOST_RETRY_MS);
        settings.put("default.api.timeout.ms", LIMIT_MS);
        settings.put("request.timeout.ms", LIMIT_MS / 10);
        return Admin.create(settings);
    }

    private static String topic(int number) {
        return "many-" + number;
    }

    /** Creates the topics one after the other, and waits until every partition answers. */
    public void create(RunningBroker broker) {
        create(broker, (short) 1);
    }

    public void create(RunningBroker broker, short replicationFactor) {
        try (var admin = admin(broker)) {
            for (int number = 0; number < topics; number++) {
                admin.createTopics(
                        List.of(new NewTopic(topic(number), partitionsPerTopic, replicationFactor)))
                        .all().get();
            }
            recordsHeld(admin);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the topics cannot be created", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** Waits until every partition answers for its end; answers how many records they hold together. */
    public long awaitAll(RunningBroker broker) {
        try (var admin = admin(broker)) {
            return recordsHeld(admin);
        } catch (ExecutionException e) {
            throw new IllegalStateException("not all partitions answer", e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private long recordsHeld(Admin admin) throws ExecutionException, InterruptedException {
        var wanted = new HashMap<TopicPartition, OffsetSpec>();
        IntStream.range(0, topics * partitionsPerTopic)
                .forEach(number -> wanted.put(partition(number), OffsetSpec.latest()));
        for (int restMs = RETRY_MS;; restMs = Math.min(2 * restMs, MOST_RETRY_MS)) {
            try {
                return admin.listOffsets(wanted).all().get().values().stream()
                        .mapToLong(ListOffsetsResultInfo::offset).sum();
            } catch (ExecutionException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                    throw e; // a topic that was created is perhaps not known yet; all else is retried already
                }
                TimeUnit.MILLISECONDS.sleep(restMs);
            }
        }
    }

    private TopicPartition partition(int number) {
        return new TopicPartition(topic(number / partitionsPerTopic), number % partitionsPerTopic);
    }

    /** Writes one record to each partition, and waits until all are acknowledged. */
    public void writeOneEach(RunningBroker broker) {
        var failure = new AtomicReference<Exception>();
        var settings = new HashMap<>(settings(broker));
        settings.put("delivery.timeout.ms", LIMIT_MS);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int number = 0; number < topics * partitionsPerTopic; number++) {
                var to = partition(number);
                producer.send(
                        new ProducerRecord<>(to.topic(), to.partition(), null, new byte[RECORD_BYTES]),
                        (sent, error) -> failure.compareAndSet(null, error));
            }
            producer.flush();
        }
        if (failure.get() != null) {
            throw new IllegalStateException("a record was not acknowledged", failure.get());
        }
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException(e);
    }
}
