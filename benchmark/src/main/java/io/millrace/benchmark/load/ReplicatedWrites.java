package io.millrace.benchmark.load;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * An application that wants every record acknowledged by all in-sync replicas as soon as may be: no linger, else the
 * client's default settings. Records of 100 bytes go to the topics in turn. Used by one thread.
 */
public final class ReplicatedWrites implements AutoCloseable {
    private static final int RECORD_BYTES = 100;
    private static final long NS_PER_SECOND = 1_000_000_000;

    private final KafkaProducer<byte[], byte[]> producer;
    private final List<String> topics;
    private final AtomicReference<Exception> failure = new AtomicReference<>();
    private int next;

    public ReplicatedWrites(String bootstrap, List<String> topics) {
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrap, "acks", "all", "linger.ms", 0),
                new ByteArraySerializer(), new ByteArraySerializer());
        this.topics = topics;
    }

    private ProducerRecord<byte[], byte[]> record() {
        return new ProducerRecord<>(topics.get(next++ % topics.size()), 0, null, new byte[RECORD_BYTES]);
    }

    /** At a fixed rate, whatever the cluster does: each record's latency counts from when it is due. */
    public LatencyHistogram atRate(int recordsPerSecond, int seconds) {
        var latencies = new LatencyHistogram();
        long intervalNs = NS_PER_SECOND / recordsPerSecond;
        long dueNs = System.nanoTime();
        for (long left = (long) recordsPerSecond * seconds; left > 0; left--, dueNs += intervalNs) {
            for (long waitNs = dueNs - System.nanoTime(); waitNs > 0; waitNs = dueNs - System.nanoTime()) {
                LockSupport.parkNanos(waitNs);
            }
            long sinceNs = dueNs;
            producer.send(record(), (placed, error) -> {
                failure.compareAndSet(null, error);
                latencies.record(System.nanoTime() - sinceNs); // on the client's one thread, read after the flush
            });
        }
        producer.flush();
        requireSuccess();
        return latencies;
    }

    /** One after the other, each when the last one is acknowledged. */
    public LatencyHistogram oneAtATime(int seconds) throws InterruptedException {
        var latencies = new LatencyHistogram();
        long endNs = System.nanoTime() + seconds * NS_PER_SECOND;
        for (long startNs = System.nanoTime(); startNs < endNs; startNs = System.nanoTime()) {
            try {
                producer.send(record()).get();
            } catch (ExecutionException e) {
                failure.compareAndSet(null, e);
            }
            latencies.record(System.nanoTime() - startNs);
        }
        requireSuccess();
        return latencies;
    }

    private void requireSuccess() {
        if (failure.get() != null) {
            throw new IllegalStateException("a record was not acknowledged", failure.get());
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
