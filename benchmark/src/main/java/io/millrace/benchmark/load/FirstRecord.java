package io.millrace.benchmark.load;

import io.millrace.benchmark.driver.RunningBroker;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How long an application that is already running waits for a broker that is being started: from the start of the
 * broker's process to the acknowledgement of a record to a topic that did not exist. Default producer settings, but
 * it tries again every few milliseconds.
 */
public final class FirstRecord {
    private static final int RETRY_MS = 5;
    private static final int RECORD_BYTES = 100;
    private static final long LIMIT_SECONDS = 60;

    private FirstRecord() {}

    /** A broker that has acknowledged its first record, and how long that took. */
    public record Started(RunningBroker broker, double milliseconds) {}

    /** Starts a broker that will listen on that port of the loopback. */
    public static Started await(Supplier<RunningBroker> start, int port) {
        var settings = Map.<String, Object>of("bootstrap.servers", "127.0.0.1:" + port,
                "reconnect.backoff.ms",
                RETRY_MS, "reconnect.backoff.max.ms", RETRY_MS, "retry.backoff.ms", RETRY_MS,
                "retry.backoff.max.ms",
                RETRY_MS);
        try (var producer = new KafkaProducer<>(settings, new ByteArraySerializer(),
                new ByteArraySerializer())) {
            long startNs = System.nanoTime();
            var broker = start.get();
            try {
                producer.send(new ProducerRecord<>("first", new byte[RECORD_BYTES])).get(LIMIT_SECONDS,
                        TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                broker.close();
                throw new IllegalStateException("no first record", e);
            }
            return new Started(broker, (System.nanoTime() - startNs) / 1e6);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
